# Shows Doxygen the comments of a header, which are plain // in this project; no line is added or removed. What stands above
# the #pragma once describes the file.
s@^#pragma once@/// \\file@
s@^( *)//( |$)@\1///\2@
s@^(.*[^ /].* )// @\1///< @
