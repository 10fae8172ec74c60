#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.hpp"
#include "tools/files/confined.hpp"
#include "tools/files/file_tools.hpp"
#include "tools/files/lines_answer.hpp"
#include "tools/shared/shown_text.hpp"

namespace executus::tools {
namespace {

constexpr int kDefaultLines = 500;
constexpr std::uint64_t kMaxCounted = 16u << 20;  // bytes that are read to tell how many lines a file has
constexpr std::size_t kMaxPiece = 60'000;         // bytes of one line that is shown alone
constexpr std::size_t kMaxStrangePiece = 20'000;  // the same when they are no UTF-8 and need more room

// Lines of a file as they are shown, and what is odd about them.
class Page final {
 public:
  [[nodiscard]] bool add(int number, const TextLines& lines) {
    auto bare = lines.last_bare();
    auto shown = clip(bare, kMaxLine);
    std::string text = std::to_string(number) + "\t" + shown_line(shown);
    bool cut = shown.size() < bare.size() || lines.last_was_cut();
    if (cut) text += cut_mark(number, lines, shown);
    if (!answer_.add(text)) return false;
    is_whole_ = is_whole_ && !cut;
    look_at(shown, lines);
    return true;
  }

  // `from`: bytes of the line that stand before it.
  void add_piece(int number, std::uint64_t from, const TextLines& lines) {
    auto bare = lines.last_bare();
    auto piece = clip_bytes(bare, is_valid_utf8(bare) ? kMaxPiece : kMaxStrangePiece);
    if (!answer_.add(std::to_string(number) + "\t" + shown_line(piece)))
      answer_.note("it has too many NUL bytes to be shown");
    look_at(piece, lines);
    auto end = from + piece.size();
    if (piece.size() < bare.size() || lines.last_was_cut())
      answer_.note("bytes " + std::to_string(from + 1) + " to " + std::to_string(end) + " of line " +
                   std::to_string(number) + ", which has " + std::to_string(lines.last_bytes()) +
                   "; go on with offset " + std::to_string(number) + " and column " + std::to_string(end + 1));
  }

  void note(std::string_view what) { answer_.note(what); }
  [[nodiscard]] bool empty() const { return answer_.empty(); }

  [[nodiscard]] FilePage take_part() { return {take(), FilePage::Part::some}; }
  // Of a page that has every line.
  [[nodiscard]] FilePage take_all() { return {take(), is_whole_ ? FilePage::Part::whole : FilePage::Part::some}; }

 private:
  [[nodiscard]] std::string take() {
    if (!is_utf8_) answer_.note("bytes that are no UTF-8 are shown as \ufffd");
    if (has_crlf_) answer_.note("lines end in CR LF");
    return answer_.take();
  }

  static std::string cut_mark(int number, const TextLines& lines, std::string_view shown) {
    auto column = lines.last_bare_begin() + shown.size() + 1;
    return "... [cut: the line has " + std::to_string(lines.last_bytes()) + " bytes; go on with offset " +
           std::to_string(number) + " and column " + std::to_string(column) + "]";
  }
  void look_at(std::string_view shown, const TextLines& lines) {
    is_utf8_ = is_utf8_ && is_valid_utf8(shown);
    has_crlf_ = has_crlf_ || lines.last_ends_in_crlf();
  }

  LinesAnswer answer_;
  bool is_utf8_ = true;
  bool has_crlf_ = false;
  bool is_whole_ = true;  // no line of it is cut
};

std::string lines_in_file(int number) {
  return number == 0 ? "the file is empty"
                     : "the file has " + std::to_string(number) + (number == 1 ? " line" : " lines");
}

FilePage page_from(TextLines& lines, int first, int most) {
  Page page;
  int number = 0, shown = 0;
  bool full = false;
  auto line = lines.next();
  for (; line; line = lines.next()) {
    ++number;
    if (number < first) continue;
    full = full || shown == most || !page.add(number, lines);
    if (!full) ++shown;
    if (full && lines.bytes_read() > kMaxCounted) break;
  }
  int last = first + shown - 1;
  if (number < first) page.note(lines_in_file(number));
  if (full)
    page.note("lines " + std::to_string(first) + " to " + std::to_string(last) + " of " + (line ? "more than " : "") +
              std::to_string(number) + "; go on with offset " + std::to_string(last + 1));
  return first == 1 && !full ? page.take_all() : page.take_part();
}

FilePage piece_from(TextLines& lines, int number, std::uint64_t from) {
  Page page;
  for (int before = 0; before < number - 1; ++before) {
    if (lines.next()) continue;
    page.note(lines_in_file(before));
    return page.take_part();
  }
  if (!lines.next(from))
    page.note(lines_in_file(number - 1));
  else if (from > 0 && from >= lines.last_bytes())
    page.note("line " + std::to_string(number) + " has " + std::to_string(lines.last_bytes()) + " bytes");
  else
    page.add_piece(number, from, lines);
  return page.take_part();
}

}  // namespace

FilePage read_file(const ReadFileArgs& args, const std::string& root, std::stop_token stop) {
  TextLines lines = ConfinedRoot(root).lines(args.path, std::move(stop));
  int first = std::max(1, args.offset.value_or(1));
  if (args.column)
    return piece_from(lines, first, static_cast<std::uint64_t>(std::max<std::int64_t>(1, *args.column) - 1));
  return page_from(lines, first, std::max(1, args.limit.value_or(kDefaultLines)));
}

}  // namespace executus::tools
