include(ExecutusFindLibrary)
executus_find_library(Gumbo gumbo gumbo.h)
