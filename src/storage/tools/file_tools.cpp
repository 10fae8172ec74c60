#include <algorithm>
#include <cstdint>
#include <utility>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>

#include <executus/base/digest.hpp>
#include <executus/storage/tools.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "storage/tools/call_scope.hpp"
#include "storage/tools/file_reach.hpp"
#include "storage/tools/wired_file_tools.hpp"

namespace executus::storage {
namespace {

namespace json = boost::json;
using tool::Call;

constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 10;  // of a content that is shown at once
constexpr std::size_t kFilesAtOnce = 100;
constexpr std::size_t kIdDigits = 24;

struct FileSaveArgs {
  std::string name;
  std::string content;
  std::optional<std::string> mime;
  std::optional<bool> base64;
  std::optional<std::string> scope;
};
BOOST_DESCRIBE_STRUCT(FileSaveArgs, (), (name, content, mime, base64, scope))

struct FileReadArgs {
  std::string file_id;
  std::optional<std::int64_t> offset;
};
BOOST_DESCRIBE_STRUCT(FileReadArgs, (), (file_id, offset))

struct FileIdArgs {
  std::string file_id;
};
BOOST_DESCRIBE_STRUCT(FileIdArgs, (), (file_id))

struct FileListArgs {
  std::optional<std::string> scope;
  std::optional<std::string> run;
  std::optional<std::string> after;
};
BOOST_DESCRIBE_STRUCT(FileListArgs, (), (scope, run, after))

// The same file when the call is repeated after a crash.
NewFile new_file(FileSaveArgs args, const std::string& key) {
  NewFile file{"f_" + sha256_hex(key).substr(0, kIdDigits), std::move(args.name), "", std::move(args.content)};
  if (args.base64.value_or(false)) {
    auto decoded = base64_decode(file.content);
    if (!decoded) throw failed("storage.name", "`content` is no base64; write it anew, or leave out `base64`");
    file.content = std::move(*decoded);
  }
  file.mime = args.mime.value_or(is_valid_utf8(file.content) ? "text/plain" : "application/octet-stream");
  return file;
}

Task<json::object> save(FileToolParts parts, Scope scope, NewFile file) {
  auto quota = kFileQuota;
  if (parts.quotas) quota = co_await parts.quotas->for_files(scope);
  auto saved = co_await parts.files().save(std::move(scope), std::move(file), quota);
  co_return json_of(saved);
}

// A part of its content, from an offset within it.
struct Part {
  FileInfo info;
  std::uint64_t offset = 0;
  std::string content;
};

Task<Part> part_of(FileToolParts parts, Asker asker, FileReadArgs args) {
  auto offset = args.offset.value_or(0);
  if (offset < 0) throw failed("storage.name", "`offset` must not be negative");
  auto info = co_await readable(parts, std::move(asker), args.file_id);
  auto content = co_await parts.files().read(args.file_id, static_cast<std::uint64_t>(offset), kMostBytes);
  if (!content) throw no_file(args.file_id);
  co_return Part{std::move(info), static_cast<std::uint64_t>(offset), std::move(*content)};
}

// With where to go on, null at the end.
json::object shown(const Part& part, const char* member, std::string content, std::size_t bytes) {
  auto next = part.offset + bytes;
  auto object = json_of(part.info);
  object[member] = std::move(content);
  object["next_offset"] = next < part.info.bytes ? json::value(next) : json::value(nullptr);
  return object;
}

Task<json::object> get(FileToolParts parts, Asker asker, FileReadArgs args) {
  auto part = co_await part_of(std::move(parts), std::move(asker), std::move(args));
  co_return shown(part, "base64", base64_encode(part.content), part.content.size());
}

// Cut between characters.
Task<json::object> get_text(FileToolParts parts, Asker asker, FileReadArgs args) {
  auto part = co_await part_of(std::move(parts), std::move(asker), std::move(args));
  auto whole = valid_utf8_prefix(part.content);
  bool is_cut_character = part.content.size() - whole < 4 && part.offset + part.content.size() < part.info.bytes;
  if (whole < part.content.size() && !is_cut_character)
    throw failed("storage.no_text", "the file '" + part.info.name + "' is no text in UTF-8; file_get shows its bytes");
  co_return shown(part, "text", part.content.substr(0, whole), whole);
}

Task<json::object> metadata(FileToolParts parts, Asker asker, std::string id) {
  auto info = co_await readable(std::move(parts), std::move(asker), std::move(id));
  co_return json_of(info);
}

Task<json::object> list(FileToolParts parts, Asker asker, Scope scope, std::string after) {
  co_await require_readable(parts, std::move(asker), scope);
  FilePage page{std::move(after), kFilesAtOnce + 1};
  auto found = co_await parts.files().list(std::move(scope), std::move(page));
  bool is_cut = found.size() > kFilesAtOnce;
  if (is_cut) found.pop_back();
  json::array files;
  for (const auto& info : found) files.push_back(json_of(info));
  co_return json::object{{"files", std::move(files)}, {"more", is_cut}};
}

Task<json::object> remove(FileToolParts parts, Asker asker, std::string id) {
  auto info = co_await parts.files().find(id);
  if (info && !is_own(asker, info->scope)) throw no_file(id);
  bool was_there = info && co_await parts.files().remove(std::move(id));
  co_return json::object{{"deleted", was_there}};
}

}  // namespace

std::vector<std::shared_ptr<tool::Tool>> file_tools(FileToolParts parts) {
  using tool::Effect;
  std::vector<std::shared_ptr<tool::Tool>> tools{
      make_tool<FileSaveArgs>({.name = "file_save",
                               .description = "Keep a file: `name`, and `content` as text, or as base64 with `base64`. "
                                              "`scope`: run (default), agent or caller. The result has its file_id.",
                               .effect = Effect::keyed,
                               .categories = {"storage"}},
                              [parts](FileSaveArgs args, const Call& call) {
                                auto scope = scope_of(args.scope, "run", call);
                                return save(parts, std::move(scope), new_file(std::move(args), call.idempotency_key));
                              }),
      make_tool<FileReadArgs>(
          {.name = "file_get",
           .description = "The bytes of a file in base64, 64 KiB from `offset` on.",
           .effect = Effect::pure,
           .categories = {"storage"}},
          [parts](FileReadArgs args, const Call& call) { return get(parts, asker_of(call), std::move(args)); }),
      make_tool<FileReadArgs>(
          {.name = "file_get_text",
           .description = "The text of a file, 64 KiB from `offset` (in bytes) on.",
           .effect = Effect::pure,
           .categories = {"storage"}},
          [parts](FileReadArgs args, const Call& call) { return get_text(parts, asker_of(call), std::move(args)); }),
      make_tool<FileIdArgs>({.name = "file_get_metadata",
                             .description = "Name, type, size, digest and time of a file.",
                             .effect = Effect::pure,
                             .categories = {"storage"}},
                            [parts](FileIdArgs args, const Call& call) {
                              return metadata(parts, asker_of(call), std::move(args.file_id));
                            }),
      make_tool<FileListArgs>({.name = "file_list",
                               .description = "The files of a `scope`, or of a `run` below this one, 100 at a time; "
                                              "`after`: the last file_id that was seen.",
                               .effect = Effect::pure,
                               .categories = {"storage"}},
                              [parts](FileListArgs args, const Call& call) {
                                return list(parts, asker_of(call), scope_of_files(args.scope, args.run, call),
                                            args.after.value_or(""));
                              }),
      make_tool<FileIdArgs>({.name = "file_delete",
                             .description = "Delete a file.",
                             .effect = Effect::idempotent,
                             .categories = {"storage"}},
                            [parts](FileIdArgs args, const Call& call) {
                              return remove(parts, asker_of(call), std::move(args.file_id));
                            }),
  };
  if (parts.searcher) tools.push_back(file_search_tool(parts));
  if (parts.minter) tools.push_back(file_url_tool(parts));
  return tools;
}

}  // namespace executus::storage
