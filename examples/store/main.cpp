// Runs in a store of one's own: a file of JSON lines (file_store.cpp). Run it twice, or kill it: what the first process
// acknowledged, the second one finds. store_suite.cpp holds the store to the tests that the shipped ones pass.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/store/script.yaml example_store runs.jsonl
#include <iostream>

#include <executus/executus.hpp>

#include "file_store.hpp"

int main(int argc, char** argv) try {
  const std::string path = argc > 1 ? argv[1] : "runs.jsonl";
  executus::Runtime runtime({.store = open_file_store(path, executus::system_clock())});

  for (const auto& before : runtime.recover().get())
    std::cout << "recovered: " << to_string(before.outcome.status) << "\n";

  auto outcome = runtime.run({.name = "clerk", .system_prompt = "Be brief."}, "What is a journal good for?");
  std::cout << outcome.output << outcome.error << "\n";
  std::cout << "runs in " << path << ": " << runtime.runs().list().get().size() << "\n";
  return outcome.ok() ? 0 : 1;
} catch (const executus::Error& error) {
  std::cerr << error.code() << ": " << error.what() << "\n";
  return 1;
}
