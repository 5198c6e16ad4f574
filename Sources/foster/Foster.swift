@main struct Foster { static func main() {} }
