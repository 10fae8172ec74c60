// Packs for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <executus/base/error.hpp>
#include <executus/skillpack/source.hpp>

namespace executus::skillpack {

inline std::string manifest_text(const std::string& name, const std::string& description = "Does things.",
                                 const std::string& body = "Body.") {
  return "---\nname: " + name + "\ndescription: " + description + "\n---\n" + body + "\n";
}
inline PackFile skill_file(const std::string& name, const std::string& body = "Body.") {
  return {name + "/SKILL.md", false, manifest_text(name, "Does " + name + ".", body)};
}

// What `act` throws: "code: message".
template <class Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "nothing was thrown";
}

inline void write_text(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// A source that has what a test gives it.
class FakeSource final : public Fetcher {
 public:
  PackTree tree;
  std::string revision = "r1";
  int fetched = 0;

  Fetched fetch(const Source&) override {
    ++fetched;
    return {tree, revision};
  }
};

}  // namespace executus::skillpack
