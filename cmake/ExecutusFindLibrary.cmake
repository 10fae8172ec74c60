# For find modules of libraries whose Debian package has neither a CMake package nor a pkg-config file:
# executus_find_library(RE2 re2 re2/re2.h) makes the target re2::re2, as the library's own package gives it or, where there
# is none, of libre2 and that header. A macro: find_package_handle_standard_args speaks to the module that calls it.
include(FindPackageHandleStandardArgs)

macro(executus_find_library module name header)
  find_package(${name} CONFIG QUIET)
  if(NOT TARGET ${name}::${name})
    find_library(${module}_LIBRARY NAMES ${name})
    find_path(${module}_INCLUDE_DIR NAMES ${header})
    mark_as_advanced(${module}_LIBRARY ${module}_INCLUDE_DIR)
    if(${module}_LIBRARY AND ${module}_INCLUDE_DIR)
      add_library(${name}::${name} UNKNOWN IMPORTED)
      set_target_properties(${name}::${name} PROPERTIES
        IMPORTED_LOCATION "${${module}_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${${module}_INCLUDE_DIR}")
    endif()
  endif()
  if(TARGET ${name}::${name})
    set(${module}_TARGET ${name}::${name})
  endif()
  find_package_handle_standard_args(${module} REQUIRED_VARS ${module}_TARGET)
endmacro()
