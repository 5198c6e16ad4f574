/// Belongs to no layer.
enum Unlisted {}
