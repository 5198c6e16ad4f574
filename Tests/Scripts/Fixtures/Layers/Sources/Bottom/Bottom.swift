@_exported import Foundation
package import Top
