// Where packs come from: a folder of this machine, or a git repository.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/skillpack/pack_tree.hpp>

namespace executus::skillpack {

struct Source {
  enum class Kind { folder, git };  // frozen names: folder, git
  Kind kind = Kind::folder;
  std::string location = {};  // an absolute path, or a URL
  std::string ref = {};       // of git: a branch, a tag or a whole commit id; empty: the repository's own branch
  std::string below = {};     // of git: the folder in the repository; empty: all of it
  bool operator==(const Source&) const = default;
};

// What a person writes: `location` is a path, or a URL of https, ssh, git or file. Nothing that a program could take
// for an option is let through, and no password, which would be stored. The error (skillpack.source) says what to
// write.
[[nodiscard]] Result<Source> parse_source(std::string_view location, std::string ref = {}, std::string below = {});

// The same rules for a source that was stored.
[[nodiscard]] std::string wrong_with_source(const Source& source);  // "": nothing

// "https://example.org/skills.git, folder pdf, at v2"
[[nodiscard]] std::string shown(const Source& source);

// What a pack would be called: the last part of the folder or location, in lower case. May be no name for a pack.
[[nodiscard]] std::string suggested_name(const Source& source);

// What was found there.
struct Fetched {
  PackTree tree;
  std::string revision = {};  // the commit; empty for folders
};

// Port: runs the program git. Blocks until it has ended. Threads: any.
struct GitEnd {
  int code = -1;             // its exit code; -1: it did not end by itself
  std::string output = {};   // of its standard output
  bool whole = true;         // whether that is all of it
  std::string problem = {};  // what it said on standard error, or why it did not run
};
class Git {
 public:
  virtual ~Git() = default;

  // `arguments` follow the program's name. It may ask nobody anything: no terminal, no window, though it may use
  // credentials that are stored. It is ended when `timeout` is up. Throws nothing.
  [[nodiscard]] virtual GitEnd run(std::vector<std::string> arguments, Milliseconds timeout) = 0;
};

// Port: fetches what a source has now. Blocks. Throws Error skillpack.source or skillpack.git; nothing is kept of a
// failure. Threads: any.
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  [[nodiscard]] virtual Fetched fetch(const Source& source) = 0;
};

inline constexpr Milliseconds kFetchTime{120'000};  // of a repository, all its commands together

// Folders are read as they are; repositories are cloned without their contents (blob:none) into a temporary folder, and
// only `below` is checked out. `git` outlives it.
[[nodiscard]] std::unique_ptr<Fetcher> make_fetcher(Git& git, const Clock& clock, Milliseconds time = kFetchTime);

}  // namespace executus::skillpack
