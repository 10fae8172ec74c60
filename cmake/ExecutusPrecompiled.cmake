# Headers that nearly every file includes, compiled once for all libraries and once for all tests: where EXECUTUS_PCH is on,
# which the presets of whole builds set. Only headers of other projects, so that a change of ours compiles what it did before.
# A file still includes what it uses: the preset `dev` and clang-tidy compile without these.
option(EXECUTUS_PCH "Precompile the headers of the standard library, Boost.JSON and GoogleTest" OFF)

set(EXECUTUS_LIBRARY_HEADERS
  <algorithm> <array> <atomic> <charconv> <chrono> <coroutine> <cstdint> <cstring> <deque> <exception> <filesystem>
  <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <unordered_map> <utility>
  <variant> <vector> <boost/describe.hpp> <boost/json.hpp>)

# A target that compiles nothing but HEADERS.
function(executus_precompiled name)
  cmake_parse_arguments(arg "" "" "LINK;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${name}.cpp CONTENT "")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/generated/${name}.cpp)
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
  # So that ccache finds what was compiled with them again, though a clone writes all files anew.
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
endfunction()

if(EXECUTUS_PCH)
  executus_precompiled(executus_library_headers LINK Boost::json HEADERS ${EXECUTUS_LIBRARY_HEADERS})
  if(EXECUTUS_TESTS)
    executus_precompiled(executus_test_headers LINK Boost::json GTest::gmock
      HEADERS ${EXECUTUS_LIBRARY_HEADERS} <fstream> <gmock/gmock.h> <gtest/gtest.h>)
    # As the programs are compiled that use them.
    set_target_properties(executus_test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(executus_test_headers PRIVATE -O0 -fPIE)
  endif()
endif()

# executus_use_precompiled(executus_base executus_library_headers)
function(executus_use_precompiled target headers)
  if(TARGET ${headers})
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
endfunction()
