#include "run/step/withholding.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace executus::run {
namespace {

using Kind = llm::MessagePart::Kind;

constexpr std::size_t kWorthLeavingOut = 512;  // bytes: a note takes some too
constexpr std::size_t kBytesOfImage = 6'400;   // by its tokens, at four bytes each
constexpr int kPayloadTooLarge = 413;          // HTTP status

struct Piece {
  llm::MessagePart part;
  std::size_t size = 0;  // as it counts
  std::size_t images = 0;
  std::size_t bytes = 0;
};

enum class Counts { images_only, bytes, tokens };

Counts what_counts(const llm::ModelError& refused) {
  if (refused.code() == llm::kImageTooLarge || refused.code() == llm::kImageRefused) return Counts::images_only;
  return refused.http_status() == kPayloadTooLarge ? Counts::bytes : Counts::tokens;
}

// Finds the pieces of messages, and how much all of them count.
class Survey {
 public:
  explicit Survey(Counts counts) : counts_(counts) {}

  void add(std::uint32_t index, const llm::Message& message) {
    for (const auto& call : message.tool_calls) add_text(call.arguments.size());
    std::size_t images = 0, image_bytes = 0;
    for (const auto& part : message.parts) {
      if (const auto* text = std::get_if<llm::Text>(&part)) add_text(text->text.size());
      if (const auto* image = std::get_if<llm::Image>(&part)) ++images, image_bytes += image->bytes.size();
    }
    if (message.role == llm::Role::user) add_images({index, Kind::images, 0}, images, image_bytes);
    for (std::uint32_t i = 0; i < message.tool_results.size(); ++i) add(index, i, message.tool_results[i]);
  }

  std::vector<Piece> all() && { return std::move(pieces_); }
  std::vector<Piece> largest_quarter() && {
    auto rank = [](const Piece& p) { return std::tuple(~p.size, p.part.message, p.part.result, p.part.kind); };
    std::ranges::sort(pieces_, {}, rank);  // the largest first, and of equal ones the earliest
    std::size_t left_out = 0, count = 0;
    while (count < pieces_.size() && left_out < (total_ + 3) / 4) left_out += pieces_[count++].size;
    pieces_.resize(count);
    // A note about images follows the text of their result, or the note in its place.
    std::ranges::sort(pieces_, {},
                      [](const Piece& p) { return std::tuple(p.part.message, p.part.result, p.part.kind); });
    return std::move(pieces_);
  }

 private:
  void add_text(std::size_t bytes) {
    if (counts_ != Counts::images_only) total_ += bytes;
  }

  void add(std::uint32_t index, std::uint32_t i, const llm::ToolResult& result) {
    std::size_t image_bytes = 0;
    for (const auto& image : result.images) image_bytes += image.bytes.size();
    add_images({index, Kind::result_images, i}, result.images.size(), image_bytes);
    auto size = result.text.size();
    add_text(size);
    if (counts_ != Counts::images_only && size >= kWorthLeavingOut)
      pieces_.push_back({{index, Kind::result_text, i}, size, 0, size});
  }

  void add_images(llm::MessagePart part, std::size_t images, std::size_t bytes) {
    if (images == 0) return;
    std::size_t size = counts_ == Counts::tokens ? images * kBytesOfImage : std::max<std::size_t>(bytes, 1);
    total_ += size;
    pieces_.push_back({part, size, images, bytes});
  }

  const Counts counts_;
  std::vector<Piece> pieces_;
  std::size_t total_ = 0;
};

std::string note_for(const Piece& piece, const llm::ModelError& refused) {
  auto why = llm::refused_for_size(refused) ? "refused the request for its size" : "could not read it";
  if (piece.part.kind == Kind::result_text)
    return "[This result of " + std::to_string(piece.bytes) +
           " bytes was left out: the model refused it for its size. Ask for less of it.]";
  return "[" + std::to_string(piece.images) + (piece.images == 1 ? " image" : " images") + " of " +
         std::to_string(piece.bytes) + " bytes left out: the model " + why + ".]";
}

std::size_t behind_the_last_answer(const llm::Transcript& messages) {
  std::size_t behind = messages.size();
  while (behind > 0 && messages[behind - 1].role != llm::Role::assistant) --behind;
  return behind;
}

std::vector<Piece> pieces_of(const llm::Transcript& messages, std::size_t from, const llm::ModelError& refused) {
  Survey survey(what_counts(refused));
  for (std::size_t i = from; i < messages.size(); ++i) survey.add(static_cast<std::uint32_t>(i), messages[i]);
  return refused_for_size(refused) ? std::move(survey).largest_quarter() : std::move(survey).all();
}

std::vector<Piece> to_leave_out(const llm::Transcript& messages, std::size_t from, const llm::ModelError& refused) {
  if (refused_for_size(refused)) return pieces_of(messages, from, refused);
  auto last = pieces_of(messages, std::max(from, behind_the_last_answer(messages)), refused);
  return last.empty() ? pieces_of(messages, from, refused) : last;
}

}  // namespace

std::vector<journal::Withheld::Item> to_withhold(const llm::Transcript& messages, std::uint32_t compacted,
                                                 const llm::ModelError& refused) {
  std::vector<journal::Withheld::Item> items;
  for (const auto& piece : to_leave_out(messages, compacted, refused))
    items.push_back({piece.part, note_for(piece, refused)});
  return items;
}

}  // namespace executus::run
