#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/skillpack/store.hpp>

#include "async/file_descriptor.hpp"
#include "base/text_file.hpp"
#include "skillpack/subscription_json.hpp"
#include "skillpack/tree_reader.hpp"
#include "skillpack/tree_writer.hpp"

namespace executus::skillpack {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".new-";  // begins the names of what is not finished

// With those above it, as the database's own are made.
void make_folder(const fs::path& folder) {
  auto made = [&] { return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST; };
  if (made()) return;
  if (errno != ENOENT || !folder.has_relative_path()) throw cannot_write(folder.string(), errno);
  make_folder(folder.parent_path());
  if (!made()) throw cannot_write(folder.string(), errno);
}

void rename_to(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw cannot_write(to.string(), errno);
  sync_names(to.parent_path().string());
}

// Other processes wait meanwhile. What one of them left unfinished, when it was killed, is removed.
class Lock {
 public:
  explicit Lock(const fs::path& folder) {
    make_folder(folder);
    make_folder(folder / "content");
    auto path = folder / "lock";
    file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file_) throw cannot_write(path.string(), errno);
    while (::flock(file_.get(), LOCK_EX) != 0)
      if (errno != EINTR) throw cannot_write(path.string(), errno);
    for (const auto& place : {folder, folder / "content"}) remove_unfinished(place);
  }

 private:
  static void remove_unfinished(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      if (entry.path().filename().string().starts_with(kUnfinished)) fs::remove_all(entry.path(), ignored);
  }

  FileDescriptor file_;
};

class FolderStore final : public PackStore {
 public:
  explicit FolderStore(std::string folder) : folder_(std::move(folder)) {}

  std::vector<Subscription> list() override {
    auto file = subscriptions_file();
    std::error_code error;
    if (folder_.empty() || fs::status(file, error).type() == fs::file_type::not_found) return {};
    auto text = read_text_file(file.string());
    if (!text.ok()) throw failed("skillpack.store", text.error().message());
    return read_subscriptions(*text, file.string());
  }

  void update(const std::string& name, const Change& change) override {
    Lock lock(place());
    auto all = list();
    auto known = std::ranges::find(all, name, &Subscription::name);
    auto subscription = known == all.end() ? std::nullopt : std::optional(*known);
    change(subscription);
    std::erase_if(all, [&](const Subscription& each) { return each.name == name; });
    if (subscription) all.push_back(std::move(*subscription));
    std::ranges::sort(all, {}, &Subscription::name);
    auto fresh = folder_ / (std::string(kUnfinished) + "subscriptions");
    write_file(fresh.string(), write_subscriptions(all), 0600);
    rename_to(fresh, subscriptions_file());
  }

  void keep(const PackTree& tree) override {
    Lock lock(place());
    auto digest = digest_of(tree);
    if (is_whole(digest)) return;
    auto fresh = folder_ / "content" / (std::string(kUnfinished) + digest);
    write_tree(fresh.string(), tree);
    auto there = folder_ / "content" / digest;
    if (std::error_code error; fs::exists(fs::symlink_status(there, error)))
      rename_to(there, folder_ / "content" / (std::string(kUnfinished) + "damaged"));
    rename_to(fresh, there);
  }

  std::optional<PackTree> content(const std::string& digest) override {
    auto folder = folder_ / "content" / digest;
    std::error_code error;
    if (folder_.empty() || fs::symlink_status(folder, error).type() == fs::file_type::not_found) return std::nullopt;
    auto tree = read_tree(folder.string());
    if (tree.missing.empty() && digest_of(tree) == digest) return tree;
    throw failed("skillpack.corrupt", "the content of a skill pack in '" + folder.string() +
                                          "' is not what was pinned: something changed it. `executus packs check` puts "
                                          "it back as long as its source still has it");
  }

 private:
  const fs::path& place() const {
    if (folder_.empty()) throw failed("skillpack.store", "there is no place for skill packs; give a database (--db)");
    return folder_;
  }
  fs::path subscriptions_file() const { return folder_ / "subscriptions.json"; }

  bool is_whole(const std::string& digest) {
    try {
      return content(digest).has_value();
    } catch (const Error&) {
      return false;
    }
  }

  const fs::path folder_;
};

}  // namespace

std::unique_ptr<PackStore> make_folder_store(std::string folder) {
  return std::make_unique<FolderStore>(std::move(folder));
}

}  // namespace executus::skillpack
