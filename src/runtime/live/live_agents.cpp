#include "runtime/live/live_agents.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include <sys/stat.h>

#include "base/text.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;

std::string print_of(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return path + ": none";
  auto time = [](const timespec& at) { return std::to_string(at.tv_sec) + "." + std::to_string(at.tv_nsec); };
  return path + ": " + std::to_string(found.st_dev) + "/" + std::to_string(found.st_ino) + " " +
         std::to_string(found.st_size) + " " + time(found.st_mtim) + " " + time(found.st_ctim);
}

// Those folders, and the ones in them that may hold files of one agent.
void add_folders(const NamedFiles& files, std::vector<std::string>& to) {
  for (const auto& folder : files.folders()) {
    to.push_back(folder.string());
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.is_directory(error)) to.push_back(entry.path().string());
  }
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace

void LiveAgents::add_names(const AgentLibrary& library, Set& set) {
  for (auto kind : {DelegateKind::agent, DelegateKind::skill})
    for (const auto* files : {&library.agents(), &library.skills()})
      for (const auto& name : files->names()) try {
          if (auto path = library.path_of(kind, name); path && set.files.contains(*path))
            set.paths[{kind, name}] = *path;
        } catch (const Error& error) {
          set.several.emplace(Name(kind, name), error);
        }
}

LiveAgents::Read LiveAgents::read() const {
  auto library = open_();
  Read result;
  auto set = std::make_shared<Set>();
  for (const auto* files : {&library.agents(), &library.skills()}) {
    add_folders(*files, result.looked_at);
    for (const auto& path : files->paths()) {
      Diagnostics said;
      if (auto file = library.load(path, said)) set->files.emplace(path, std::move(*file));
      std::ranges::move(said.errors, std::back_inserter(result.errors));
      std::ranges::move(said.files, std::back_inserter(result.looked_at));
    }
  }
  add_names(library, *set);
  result.set = std::move(set);
  return result;
}

// Prints are of before the reading: a file that changes meanwhile is read again.
bool LiveAgents::reload() {
  std::lock_guard reading(reading_);
  std::vector<std::string> known;
  {
    std::lock_guard lock(mutex_);
    known = looked_at_;
  }
  auto before = prints_of(known);
  auto found = read();
  if (found.looked_at != known) {  // new ones: their prints are to be of before as well
    before = prints_of(found.looked_at);
    found = read();
  }
  bool taken = take(std::move(found), std::move(before));
  if (changed_) changed_();
  return taken;
}

bool LiveAgents::take(Read read, Prints before) {
  std::lock_guard lock(mutex_);
  prints_ = std::move(before);
  looked_at_ = std::move(read.looked_at);
  bool is_news = read.errors != errors_;
  errors_ = std::move(read.errors);
  if (!errors_.empty()) {
    if (is_news)
      logger_.log(LogLevel::error,
                  "agents and skills stay as they were: something is wrong with their files\n" + lines_of(errors_));
    return false;
  }
  bool has_files = !read.set->files.empty() || (set_ && !set_->files.empty());
  set_ = std::move(read.set);
  if (has_files)
    logger_.log(LogLevel::info, "agents and skills were read: " + std::to_string(set_->files.size()) + " files");
  return true;
}

void LiveAgents::look() {
  std::optional<Prints> last;
  std::vector<std::string> paths;
  {
    std::lock_guard lock(mutex_);
    last = prints_;
    paths = looked_at_;
  }
  if (!last || *last != prints_of(paths)) (void)reload();
}

std::optional<AgentFile> LiveAgents::find(DelegateKind kind, std::string_view name) {
  look();
  std::shared_ptr<const Set> set;
  std::vector<std::string> errors;
  {
    std::lock_guard lock(mutex_);
    set = set_;
    errors = errors_;
  }
  if (!set) return open_().find(kind, name);
  if (auto path = set->paths.find({kind, std::string(name)}); path != set->paths.end())
    return set->files.at(path->second);
  if (auto several = set->several.find({kind, std::string(name)}); several != set->several.end())
    throw Error(several->second);
  if (errors.empty() || !open_().path_of(kind, name)) return std::nullopt;
  throw failed("config.agent", "'" + std::string(clip(name, 80)) +
                                   "' is not taken up while something is wrong with the files of agents and skills\n" +
                                   lines_of(errors));
}

KnownAgents LiveAgents::agents() const {
  std::shared_ptr<const Set> set;
  {
    std::lock_guard lock(mutex_);
    set = set_;
  }
  if (!set) return open_().read_agents();
  std::set<std::string> paths;
  for (const auto& [name, path] : set->paths)
    if (name.first == DelegateKind::agent) paths.insert(path);
  KnownAgents known;
  for (const auto& path : paths) known.files.push_back(set->files.at(path));
  return known;
}

std::vector<std::string> LiveAgents::errors() const {
  std::lock_guard lock(mutex_);
  return errors_;
}

std::vector<std::string> LiveAgents::folders() const {
  std::lock_guard lock(mutex_);
  std::set<std::string> folders;
  for (const auto& path : looked_at_) {
    std::error_code error;
    bool is_folder = fs::is_directory(path, error);
    auto parent = fs::path(path).parent_path().string();
    folders.insert(is_folder ? path : parent.empty() ? "." : parent);
  }
  return {folders.begin(), folders.end()};
}

LiveAgents::Prints LiveAgents::prints_of(const std::vector<std::string>& paths) {
  Prints prints;
  for (const auto& path : paths) prints.push_back(print_of(path));
  return prints;
}

}  // namespace executus
