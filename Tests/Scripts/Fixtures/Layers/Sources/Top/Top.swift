import Bottom
import CHeaders
import FoundationEssentials
import Left
import Swift

/// An import inside a string is none.
let text = """
    import Foundation
    """
