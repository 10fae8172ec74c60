# The three kinds of target of this project. A folder's CMakeLists.txt is a few lines that call these.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(EXECUTUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(EXECUTUS_CCACHE_PROGRAM ccache)
  if(EXECUTUS_CCACHE_PROGRAM)
    # It leaves alone what includes precompiled headers, unless it is told that none of it depends on the time of day.
    set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${EXECUTUS_CCACHE_PROGRAM})
  endif()
endif()

add_library(executus_warnings INTERFACE)
target_compile_options(executus_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:Clang>:-Wno-unused-private-field>)
if(EXECUTUS_SANITIZE)
  add_compile_options(-fsanitize=${EXECUTUS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${EXECUTUS_SANITIZE})
endif()

# Adds a folder when it is there: deleting a battery, store, vendor or tool folder leaves the rest building, but for what
# links it (ADR 51). The same as deleting: -DEXECUTUS_WITHOUT="src/cli;tests".
set(EXECUTUS_WITHOUT "" CACHE STRING "Folders to build without")
function(executus_add_folder folder)
  if(EXECUTUS_FUZZ)
    set(only_what_is_linked EXCLUDE_FROM_ALL)
  endif()
  if(NOT folder IN_LIST EXECUTUS_WITHOUT AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
    add_subdirectory(${folder} ${only_what_is_linked})
    return()
  endif()
  # src/store/sqlite/budget is executus::sqlite_budget.
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  string(REGEX REPLACE "^store/" "" name ${name})
  string(REPLACE "/" "_" name ${name})
  set_property(GLOBAL APPEND PROPERTY EXECUTUS_LEFT_OUT executus::${name})
endfunction()

# Whether one of the libraries that are named is left out. A name that no folder has remains an error of its target.
function(executus_lacks result target)
  set(${result} FALSE PARENT_SCOPE)
  get_property(left_out GLOBAL PROPERTY EXECUTUS_LEFT_OUT)
  foreach(needed IN LISTS ARGN)
    if(needed IN_LIST left_out)
      message(STATUS "${target} is left out: it needs ${needed}")
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# For programs that test: what they test is optimised, they are not. It halves their compile time, and takes three quarters
# off under ASan.
function(executus_compile_quickly target)
  target_compile_options(${target} PRIVATE -O0)
endfunction()

# The C++ files of this folder and of its inner rooms: folders without a CMakeLists.txt of their own. KIND is `tests`
# (*_test.cpp) or `sources` (the others); what follows RESULT, files or folders, is left out. A file that is added or removed
# configures anew by itself.
function(executus_files kind result)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp)
  file(GLOB_RECURSE targets RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */CMakeLists.txt)
  foreach(target IN LISTS targets)
    get_filename_component(folder ${target} DIRECTORY)
    list(FILTER files EXCLUDE REGEX "^${folder}/")
  endforeach()
  foreach(except IN LISTS ARGN)
    list(FILTER files EXCLUDE REGEX "^${except}(/|$)")
  endforeach()
  if(kind STREQUAL "tests")
    list(FILTER files INCLUDE REGEX "_test\\.cpp$")
  else()
    list(FILTER files EXCLUDE REGEX "_test\\.cpp$")
  endif()
  set(${result} ${files} PARENT_SCOPE)
endfunction()

# executus_library(base LINK executus::async PRIVATE yaml-cpp): the folder's files, but those of EXCEPT (paths or
# folders below this one). SOURCES: these instead. LINK: what its headers include; PRIVATE: what only its sources include.
# Without a library that it links there is no target.
function(executus_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;EXCEPT;LINK;PRIVATE" ${ARGN})
  executus_lacks(lacking executus::${name} ${arg_LINK} ${arg_PRIVATE})
  if(lacking)
    set_property(GLOBAL APPEND PROPERTY EXECUTUS_LEFT_OUT executus::${name})
    return()
  endif()
  if(NOT arg_SOURCES)
    executus_files(sources arg_SOURCES ${arg_EXCEPT})
  endif()
  add_library(executus_${name} STATIC ${arg_SOURCES})
  add_library(executus::${name} ALIAS executus_${name})
  set_target_properties(executus_${name} PROPERTIES EXPORT_NAME ${name} UNITY_BUILD_BATCH_SIZE 16)
  target_include_directories(executus_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(executus_${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:executus_warnings>)
  executus_use_precompiled(executus_${name} executus_library_headers)
  set_property(GLOBAL APPEND PROPERTY EXECUTUS_LIBRARIES executus_${name})
endfunction()

# executus_embed_text(critic escalator_prompt.txt kEscalatorPrompt): the text of a file as a constant of the folder's
# namespace, in the header "critic/escalator_prompt_text.hpp". The file is read when CMake configures, which a change of
# it repeats.
function(executus_embed_text name file symbol)
  if(NOT TARGET executus_${name})
    return()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  file(READ ${file} text)
  get_filename_component(stem ${file} NAME_WE)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  set(header ${PROJECT_BINARY_DIR}/generated/${folder}/${stem}_text.hpp)
  file(CONFIGURE OUTPUT ${header} @ONLY CONTENT [[
// Made of @file@ by CMake.
#pragma once

#include <string_view>

namespace executus::@name@ {
inline constexpr std::string_view @symbol@ = R"text(@text@)text";
}  // namespace executus::@name@
]])
  target_include_directories(executus_${name} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()

# executus_suites(conformance LINK executus::journal): the tests of the folder's *_suite.cpp and *_conformance.cpp as a library
# that is installed, with which a host judges implementations of its own. All of it is linked: tests register themselves.
# It is a component of the package, since it alone needs GoogleTest.
function(executus_suites name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_suite.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*_conformance.cpp)
  add_library(executus_${name}_suites STATIC ${sources})
  # Compiled as the tests are, whose precompiled headers they share.
  set_target_properties(executus_${name}_suites PROPERTIES
    EXPORT_NAME ${name}_suites UNITY_BUILD_BATCH_SIZE 8 POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(executus_${name}_suites PRIVATE -fPIE)
  executus_compile_quickly(executus_${name}_suites)
  executus_use_precompiled(executus_${name}_suites executus_test_headers)
  target_link_libraries(executus_${name}_suites PUBLIC ${arg_LINK} GTest::gmock PRIVATE $<BUILD_INTERFACE:executus_warnings>)
  add_library(executus_${name} INTERFACE)
  set_target_properties(executus_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(executus_${name} INTERFACE
    "$<LINK_LIBRARY:WHOLE_ARCHIVE,$<TARGET_NAME:executus_${name}_suites>>" ${arg_LINK} GTest::gmock GTest::gtest_main)
  add_library(executus::${name} ALIAS executus_${name})
  install(TARGETS executus_${name} executus_${name}_suites EXPORT executus-${name} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT executus-${name} NAMESPACE executus:: FILE executus-${name}-targets.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/executus)
endfunction()

# One ctest case for every EXECUTUS_TESTS_TOGETHER tests of the program, as its sources count them: where a process takes
# longer to begin than a test to run. Those of a program are each in the same case every time.
function(executus_tests_together name)
  set(count 0)
  foreach(source ${ARGN})
    file(STRINGS ${source} tests REGEX "^(TYPED_)?TEST(_F|_P)?\\(")
    list(LENGTH tests here)
    math(EXPR count "${count} + ${here}")
  endforeach()
  math(EXPR last "${count} / ${EXECUTUS_TESTS_TOGETHER} + 1")
  math(EXPR cases "${last} + 1")
  foreach(case RANGE ${last})
    add_test(NAME ${name}.${case} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${name}.${case} PROPERTIES TIMEOUT 300
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${cases};GTEST_SHARD_INDEX=${case}")
  endforeach()
endfunction()

# executus_test(base LINK executus::base): one program of the folder's *_test.cpp, but those of EXCEPT; one ctest case
# per TEST, or for several (EXECUTUS_TESTS_TOGETHER), unless they have LABELS. SOURCES: these files instead; ALSO: these
# too.
function(executus_test name)
  if(NOT EXECUTUS_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;EXCEPT;ALSO;LINK;LABELS" ${ARGN})
  executus_lacks(lacking ${name}_test ${arg_LINK})
  if(lacking)
    return()
  endif()
  if(NOT arg_SOURCES)
    executus_files(tests arg_SOURCES ${arg_EXCEPT})
  endif()
  list(APPEND arg_SOURCES ${arg_ALSO})
  add_executable(${name}_test ${arg_SOURCES})
  set_target_properties(${name}_test PROPERTIES UNITY_BUILD_BATCH_SIZE 8)
  executus_compile_quickly(${name}_test)
  executus_use_precompiled(${name}_test executus_test_headers)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name}_test PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main executus_warnings)
  if(EXECUTUS_TESTS_TOGETHER AND NOT arg_LABELS)
    executus_tests_together(${name} ${arg_SOURCES})
    return()
  endif()
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 LABELS "${arg_LABELS}")
endfunction()
include(GoogleTest)
