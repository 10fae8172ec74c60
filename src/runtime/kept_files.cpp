#include "runtime/kept_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/file_descriptor.hpp"
#include "async/file_writing.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, int error) {
  return failed("input_files.cannot_write", "the attached file '" + path.string() + "' cannot be written: " +
                                                std::strerror(error) + "; make room or mend the permissions there");
}

Error differs(const fs::path& path) {
  return failed("input_files.differ",
                "the run has a file '" + path.filename().string() +
                    "' with other contents already; give the run another id, or the file another name");
}

bool holds(const fs::path& path, const std::string& bytes) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {}) == bytes;
}

void sync_names(const fs::path& folder) {
  if (!sync_folder(folder.string())) throw cannot_write(folder, errno);
}

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return sync_names(folder.parent_path());
  if (errno != EEXIST) throw cannot_write(folder, errno);
}

// A file that is there is whole: its name comes after its bytes.
void write_once(const fs::path& path, const std::string& bytes) {
  std::string fresh = path.string() + ".XXXXXX";
  FileDescriptor file(::mkostemp(fresh.data(), O_CLOEXEC));
  if (!file) throw cannot_write(path, errno);
  try {
    if (!write_all(file.get(), bytes)) throw cannot_write(path, errno);
    if (::fsync(file.get()) != 0) throw cannot_write(path, errno);
    if (::link(fresh.c_str(), path.c_str()) != 0 && errno != EEXIST) throw cannot_write(path, errno);
  } catch (...) {
    ::unlink(fresh.c_str());
    throw;
  }
  ::unlink(fresh.c_str());
  sync_names(path.parent_path());
}

void keep(const fs::path& folder, const InputFile& file) {
  make_folder(folder.parent_path());
  make_folder(folder);
  auto path = folder / file.name;
  write_once(path, file.bytes);
  if (!holds(path, file.bytes)) throw differs(path);
}

// The file itself may be there already.
void require_room(const fs::path& folder, const InputFile& file, std::uintmax_t most) {
  std::uintmax_t bytes = file.bytes.size();
  std::error_code error;
  for (const auto& other : fs::directory_iterator(folder, error))
    if (auto size = other.file_size(error); !error && other.path().filename() != file.name) bytes += size;
  if (bytes > most)
    throw failed("input_files.full", "the files of the run would have more than " + std::to_string(most >> 20) +
                                         " MiB: nothing more is kept of its outputs");
}

// A file that is there is never written again, so a second name of it is as good as a copy.
void give(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::directory_iterator files(from, error);
  if (error == std::errc::no_such_file_or_directory) return;
  if (error) throw cannot_write(from, error.value());
  make_folder(to);
  for (const auto& file : files) {
    auto path = to / file.path().filename();
    if (::link(file.path().c_str(), path.c_str()) != 0 && errno != EEXIST) throw cannot_write(path, errno);
  }
  sync_names(to);
}

}  // namespace

std::string KeptFiles::folder_of(const RunId& run) const {
  return (fs::path(folder_) / ("run-" + run.str())).string();  // an id may be ".."
}

Task<std::string> KeptFiles::stage(RunId run, std::size_t, InputFile file) {
  if (folder_.empty())
    throw failed("input_files.cannot_write", "there is no place for attached files; give a database (--db)");
  std::string id = "run:" + file.name;
  auto work = [folder = folder_of(run), kept = std::make_shared<InputFile>(std::move(file))] { keep(folder, *kept); };
  co_await pool_.run(std::move(work));
  co_return id;
}

Task<std::optional<std::string>> KeptFiles::keep_output(RunId run, InputFile file) {
  if (folder_.empty()) co_return std::nullopt;
  std::string id = "run:" + file.name;
  auto work = [folder = folder_of(run), kept = std::make_shared<InputFile>(std::move(file)), most = most_of_a_run_] {
    require_room(folder, *kept, most);
    keep(folder, *kept);
  };
  co_await pool_.run(std::move(work));
  co_return id;
}

Task<void> KeptFiles::erase(RunId run) {
  if (folder_.empty()) co_return;
  auto work = [folder = folder_of(run)] {
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) throw cannot_write(folder, error.value());
  };
  co_await pool_.run(std::move(work));
}

Task<void> KeptFiles::share(RunId from, RunId to) {
  if (folder_.empty()) co_return;
  auto work = [from = folder_of(from), to = folder_of(to)] { give(from, to); };
  co_await pool_.run(std::move(work));
}

}  // namespace executus
