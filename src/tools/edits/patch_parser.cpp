#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include <executus/base/error.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "tools/edits/patch.hpp"

namespace executus::tools {
namespace {

constexpr std::string_view kNoFile = "/dev/null";

Error patch_error(const std::string& what) { return failed("tool.patch", what); }

// "+12,3" and such.
struct Range {
  std::size_t line = 0;
  std::size_t count = 1;
};

bool take_number(std::string_view& text, std::size_t& number) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::optional<Range> take_range(std::string_view& text, char sign) {
  Range range;
  if (!text.starts_with(sign)) return std::nullopt;
  text.remove_prefix(1);
  if (!take_number(text, range.line)) return std::nullopt;
  if (text.starts_with(',')) {
    text.remove_prefix(1);
    if (!take_number(text, range.count)) return std::nullopt;
  }
  return range;
}

// "@@ -1,2 +1,3 @@"; nothing for a head without numbers, as models write them.
std::optional<std::pair<Range, Range>> ranges_of(std::string_view head) {
  head.remove_prefix(2);
  head = trim(head);
  auto before = take_range(head, '-');
  head = trim(head);
  auto after = before ? take_range(head, '+') : std::nullopt;
  if (!before || !after) return std::nullopt;
  return std::pair(*before, *after);
}

// A line of a description, which is no part of a hunk.
constexpr std::string_view kRefused[] = {"rename from ", "rename to ", "copy from ",       "copy to ",
                                         "old mode ",    "new mode ",  "GIT binary patch", "Binary files "};
constexpr std::string_view kNewFile = "new file mode ", kPlainFile = "100644";

bool is_refused(std::string_view line) {
  if (line.starts_with(kNewFile)) return trim(line.substr(kNewFile.size())) != kPlainFile;
  return std::ranges::any_of(kRefused, [&](auto start) { return line.starts_with(start); });
}

// A CR inside of a line is a character of it.
std::string with_lf_for_crlf(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text.substr(at, 2) != "\r\n") plain += text[at];
  return plain;
}

class Parser final {
 public:
  explicit Parser(std::string_view patch) : text_(with_lf_for_crlf(patch)), lines_(split(text_, '\n')) {
    if (!lines_.empty() && lines_.back().empty()) lines_.pop_back();
  }

  std::vector<FilePatch> files() {
    std::vector<FilePatch> files;
    while (at_ < lines_.size()) {
      if (begins_file())
        files.push_back(file());
      else
        pass_over();
    }
    require_no_open_section();
    if (files.empty())
      throw patch_error("this is no unified diff: it has no lines '--- a/FILE' and '+++ b/FILE' with '@@' behind them");
    return files;
  }

  std::vector<Hunk> hunks() {
    std::vector<Hunk> hunks;
    while (at_ < lines_.size() && line().starts_with("@@")) hunks.push_back(hunk());
    return hunks;
  }

  std::vector<Hunk> only_hunks() {
    auto found = hunks();
    if (at_ < lines_.size() && !begins_signature())
      throw patch_error("behind the hunks stands " + shown_line() + "; give hunks of one file alone");
    return found;
  }

  [[nodiscard]] bool begins_with_hunk() {
    pass_over_blank_lines();
    return at_ < lines_.size() && line().starts_with("@@");
  }

 private:
  [[nodiscard]] std::string_view line() const { return lines_[at_]; }
  [[nodiscard]] std::string shown_line() const { return "'" + std::string(clip(line(), 100)) + "'"; }
  [[nodiscard]] bool has(std::size_t ahead, std::string_view start) const {
    return at_ + ahead < lines_.size() && lines_[at_ + ahead].starts_with(start);
  }
  [[nodiscard]] bool begins_file() const { return has(0, "--- ") && has(1, "+++ "); }
  // What git writes below a patch: "-- " and its version.
  [[nodiscard]] bool begins_signature() const {
    if (line() != "-- " || at_ + 1 == lines_.size() || lines_[at_ + 1].empty()) return false;
    return is_ascii_digit(lines_[at_ + 1].front());
  }

  void pass_over_blank_lines() {
    while (at_ < lines_.size() && trim(line()).empty()) ++at_;
  }

  void pass_over() {
    if (is_refused(line()))
      throw patch_error(shown_line() + " is not carried out: patches here change, create and delete text files");
    if (line().starts_with("@@")) throw patch_error("the hunk " + shown_line() + " names no file");
    if (line().starts_with("diff --git ")) {
      require_no_open_section();
      open_section_ = shown_line();
    }
    ++at_;
  }

  // A file that is created empty has no hunk, for one.
  void require_no_open_section() const {
    if (!open_section_.empty())
      throw patch_error(open_section_ + " has no hunk and is not carried out; write_file creates empty files");
  }

  // No line of a patch is dropped because it was not understood.
  void require_end_of_hunk() {
    pass_over_blank_lines();
    if (at_ == lines_.size() || begins_file() || begins_signature()) return;
    if (has(0, "@@") || has(0, "diff ") || has(0, "Index: ")) return;
    throw patch_error("line " + std::to_string(at_ + 1) + " of the patch, " + shown_line() +
                      ", is of no hunk: each line of a hunk begins with ' ', '+' or '-'");
  }

  std::string named(std::string_view prefix) {
    auto name = line().substr(prefix.size());
    name = trim(name.substr(0, name.find('\t')));
    if (name.starts_with('"'))
      throw patch_error("the quoted name " + std::string(clip(name, 100)) +
                        " is not understood; use edit_file or write_file for it");
    ++at_;
    return std::string(name);
  }

  FilePatch file() {
    FilePatch file;
    open_section_.clear();
    auto before = named("--- "), after = named("+++ ");
    file.what = before == kNoFile  ? FilePatch::What::create
                : after == kNoFile ? FilePatch::What::remove
                                   : FilePatch::What::change;
    bool prefixed = (before == kNoFile || before.starts_with("a/")) && (after == kNoFile || after.starts_with("b/"));
    for (auto* name : {&before, &after})
      if (prefixed && *name != kNoFile) name->erase(0, 2);
    if (file.what == FilePatch::What::change && before != after)
      throw patch_error("a file is not renamed ('" + before + "' to '" + after + "'): delete one and create the other");
    file.path = file.what == FilePatch::What::remove ? std::move(before) : std::move(after);
    file.hunks = hunks();
    if (file.path.empty() || file.path == kNoFile || file.hunks.empty())
      throw patch_error("the patch of '" + file.path + "' has no hunk, or names no file");
    return file;
  }

  Hunk hunk() {
    Hunk hunk;
    auto ranges = ranges_of(line());
    if (ranges) hunk.line = ranges->first.line;
    std::size_t old_left = ranges ? ranges->first.count : 0, new_left = ranges ? ranges->second.count : 0;
    auto head = std::string(clip(line(), 100));
    ++at_;
    for (; at_ < lines_.size(); ++at_) {
      bool expected = old_left + new_left > 0;
      if (begins_file() && (!expected || has(2, "@@"))) break;
      if (!expected && ranges && begins_signature()) break;
      if (!take_line(hunk)) break;
      char kind = hunk.lines.empty() ? '+' : hunk.lines.back().kind;
      if (kind != '+' && old_left > 0) --old_left;
      if (kind != '-' && new_left > 0) --new_left;
    }
    drop_blank_end(hunk);
    if (hunk.lines.empty()) throw patch_error("the hunk '" + head + "' has no lines");
    require_end_of_hunk();
    return hunk;
  }

  // False: the line is not of the hunk. An empty line is one that stays, as editors and models leave its space out.
  bool take_line(Hunk& hunk) {
    if (line().starts_with("\\")) {
      if (!hunk.lines.empty()) hunk.lines.back().has_no_end = true;
      return true;
    }
    if (line().empty()) {
      hunk.lines.push_back({'\0', ""});
      return true;
    }
    if (std::string_view(" +-").find(line().front()) == std::string_view::npos) return false;
    hunk.lines.push_back({line().front(), std::string(line().substr(1))});
    return true;
  }

  // Empty lines at the end of a hunk stand between it and what follows; others are lines that stay.
  static void drop_blank_end(Hunk& hunk) {
    while (!hunk.lines.empty() && hunk.lines.back().kind == '\0') hunk.lines.pop_back();
    for (auto& each : hunk.lines)
      if (each.kind == '\0') each.kind = ' ';
  }

  const std::string text_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::string open_section_;  // the "diff --git" line whose file has not come
};

// One name may have folders before it that the other leaves out, as a root has.
bool is_end_of(std::string_view end, std::string_view name) {
  return end == name || (name.ends_with(end) && name[name.size() - end.size() - 1] == '/');
}

bool name_one_file(const std::string& left, const std::string& right) {
  auto a = std::filesystem::path(left).lexically_normal().string();
  auto b = std::filesystem::path(right).lexically_normal().string();
  return is_end_of(a, b) || is_end_of(b, a);
}

}  // namespace

std::vector<FilePatch> parse_patch(std::string_view patch) {
  auto files = Parser(patch).files();
  std::vector<std::string_view> paths;
  for (const auto& file : files) {
    if (std::ranges::find(paths, file.path) != paths.end())
      throw patch_error("the patch changes '" + file.path + "' twice; put its hunks together");
    paths.push_back(file.path);
  }
  return files;
}

std::vector<Hunk> parse_hunks(std::string_view patch, const std::string& path) {
  Parser parser(patch);
  if (parser.begins_with_hunk()) return parser.only_hunks();
  auto files = Parser(patch).files();
  if (files.size() > 1) throw patch_error("the patch is of more than one file; apply_patch takes it");
  if (files.front().what != FilePatch::What::change)
    throw patch_error("the patch creates or deletes a file; apply_patch does that");
  if (!name_one_file(files.front().path, path))
    throw patch_error("the patch is of '" + files.front().path + "', and the call of '" + path +
                      "'; name the same file in both");
  return std::move(files.front().hunks);
}

}  // namespace executus::tools
