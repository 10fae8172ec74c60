include(ExecutusFindLibrary)
executus_find_library(RE2 re2 re2/re2.h)
