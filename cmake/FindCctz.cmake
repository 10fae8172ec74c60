include(ExecutusFindLibrary)
executus_find_library(Cctz cctz cctz/time_zone.h)
