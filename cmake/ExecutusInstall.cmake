# `cmake --install` and find_package(executus): the libraries, the public headers, and executus::executus, which is all of
# the runtime. Included last, since it needs to know every library. The binary is installed by src/cli.
include(CMakePackageConfigHelpers)

if(TARGET executus_runtime)
  add_library(executus INTERFACE)
  add_library(executus::executus ALIAS executus)
  target_link_libraries(executus INTERFACE executus_runtime)
  set_property(GLOBAL APPEND PROPERTY EXECUTUS_LIBRARIES executus)
endif()

get_property(libraries GLOBAL PROPERTY EXECUTUS_LIBRARIES)
list(REMOVE_ITEM libraries executus_cli)  # part of the binary alone: hosts link the library

install(TARGETS ${libraries} EXPORT executus ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT executus NAMESPACE executus:: FILE executus-targets.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/executus)

configure_package_config_file(cmake/executus-config.cmake.in executus-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/executus)
write_basic_package_version_file(executus-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/executus-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/executus-config-version.cmake
  cmake/ExecutusFindLibrary.cmake cmake/FindRE2.cmake cmake/FindCctz.cmake cmake/FindGumbo.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/executus)
