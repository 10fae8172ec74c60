# Fuzzers are libFuzzer's, so they take clang. The libraries are built for them too: EXECUTUS_SANITIZE has to name
# fuzzer-no-link, or libFuzzer sees nothing of what they do.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT EXECUTUS_SANITIZE MATCHES "fuzzer-no-link")
  message(FATAL_ERROR "EXECUTUS_FUZZ takes clang and EXECUTUS_SANITIZE=fuzzer-no-link,address,undefined; use the preset 'fuzz'")
endif()

# executus_fuzzer(sse LINK executus::net_client): the program fuzz_sse of sse.cpp. Its seeds are corpus/sse/, its words
# dictionaries/sse.dict when there is such a file.
function(executus_fuzzer name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  executus_lacks(lacking fuzz_${name} ${arg_LINK})
  if(lacking)
    return()
  endif()
  add_executable(fuzz_${name} ${name}.cpp)
  set_target_properties(fuzz_${name} PROPERTIES UNITY_BUILD OFF)
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LINK} executus_warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()
