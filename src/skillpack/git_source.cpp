#include "skillpack/git_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/text.hpp"
#include "skillpack/tree_reader.hpp"

namespace executus::skillpack {
namespace {

namespace fs = std::filesystem;

// No conversion of line ends, no filter, no substitution: a pack's bytes are those of the repository.
constexpr const char* kRaw = "* -text -eol -filter -ident -working-tree-encoding\n";
constexpr std::size_t kMostSaid = 600;  // characters of what git says that are passed on

class Scratch {
 public:
  Scratch() : path_((fs::temp_directory_path() / "executus-pack-XXXXXX").string()) {
    if (!::mkdtemp(path_.data()))
      throw failed("skillpack.git",
                   "no temporary folder can be made for a clone: " + std::string(std::strerror(errno)) +
                       "; set TMPDIR to a folder that can be written");
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string clone() const { return path_ + "/clone"; }

 private:
  std::string path_;
};

bool is_commit_id(std::string_view ref) {
  return (ref.size() == 40 || ref.size() == 64) && ref.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// One repository, from its clone to the files.
class Checkout {
 public:
  Checkout(Git& git, const Source& source, const Clock& clock, Milliseconds time)
      : git_(git), source_(source), clock_(clock), until_(clock.mono() + time) {}

  Fetched fetch() {
    run({"clone", "--quiet", "--filter=blob:none", "--no-checkout", "--template=", "--", source_.location,
         scratch_.clone()},
        "cloned");
    Fetched fetched;
    fetched.revision = commit();
    keep_bytes_raw();
    check_out(fetched.revision);
    fetched.tree = read_tree(scratch_.clone(), source_.below);
    name_submodules(fetched.tree);
    return fetched;
  }

 private:
  std::string run(std::vector<std::string> arguments, const std::string& what) {
    auto end = try_run(std::move(arguments));
    if (end.code != 0) throw refusal(what, end);
    if (!end.whole)
      throw failed("skillpack.git", shown(source_) + ": there are too many files; name a folder below it");
    return end.output;
  }

  // What a repository or the user's configuration could have git run is off: hooks, monitors, other transports.
  GitEnd try_run(std::vector<std::string> arguments) {
    auto left = std::chrono::duration_cast<Milliseconds>(until_ - clock_.mono());
    if (left.count() <= 0) return {-1, "", true, "the time for it is up"};
    std::vector<std::string> all{"-c", "core.hooksPath=/dev/null",
                                 "-c", "core.fsmonitor=false",
                                 "-c", "core.symlinks=true",
                                 "-c", "core.askPass=",
                                 "-c", "gc.auto=0"};
    std::ranges::move(arguments, std::back_inserter(all));
    return git_.run(std::move(all), left);
  }

  std::vector<std::string> in_clone(std::vector<std::string> arguments) const {
    std::vector<std::string> all{"-C", scratch_.clone(), "--literal-pathspecs"};
    std::ranges::move(arguments, std::back_inserter(all));
    return all;
  }

  Error refusal(const std::string& what, const GitEnd& end) const {
    return failed("skillpack.git",
                  shown(source_) + " could not be " + what + ": " +
                      std::string(clip_front(trim(end.problem), kMostSaid)) +
                      "; where it asks for a password, store it with git first (`git credential approve`, "
                      "a credential helper, ssh-agent)");
  }

  std::string commit() {
    std::vector<std::string> names{"refs/remotes/origin/HEAD", "HEAD"};
    if (!source_.ref.empty()) names = {"refs/remotes/origin/" + source_.ref, "refs/tags/" + source_.ref};
    if (is_commit_id(source_.ref)) names = {source_.ref};
    for (const auto& name : names) {
      auto end = try_run(in_clone({"rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}"}));
      if (end.code == 0) return std::string(trim(end.output));
      if (end.code < 0) throw refusal("read", end);
    }
    throw failed("skillpack.git",
                 source_.location + (source_.ref.empty() ? " is empty: it has no commit"
                                                         : " has no branch, tag or commit '" + source_.ref + "'"));
  }

  void keep_bytes_raw() const {
    auto info = fs::path(scratch_.clone()) / ".git" / "info";
    fs::create_directories(info);
    std::ofstream(info / "attributes") << kRaw;
  }

  void check_out(const std::string& commit) {
    auto end = try_run(
        in_clone({"checkout", "--quiet", "--force", commit, "--", source_.below.empty() ? "." : source_.below}));
    if (end.code == 0) return;
    bool absent = end.problem.find("did not match any file") != std::string::npos;
    if (absent && !source_.below.empty())
      throw failed("skillpack.source",
                   source_.location + " has no folder '" + source_.below + "' at " + commit.substr(0, 12));
    throw refusal("checked out", end);
  }

  // Git makes an empty folder of each.
  void name_submodules(PackTree& tree) {
    auto where = source_.below.empty() ? std::string(".") : source_.below;
    auto listed = run(in_clone({"ls-files", "--stage", "-z", "--", where}), "listed");
    auto prefix = source_.below.empty() ? 0 : source_.below.size() + 1;
    for (auto line : split(listed, '\0'))
      if (auto tab = line.find('\t'); line.starts_with("160000 ") && tab + 1 + prefix < line.size())
        tree.missing.push_back({as_utf8(std::string(line.substr(tab + 1 + prefix))), "a submodule"});
    std::ranges::sort(tree.missing, {}, &MissingFile::path);
  }

  Git& git_;
  const Source& source_;
  const Clock& clock_;
  const MonoTime until_;
  const Scratch scratch_;
};

}  // namespace

Fetched fetch_git(Git& git, const Source& source, const Clock& clock, Milliseconds time) {
  return Checkout(git, source, clock, time).fetch();
}

}  // namespace executus::skillpack
