#include "llm/media/normalise.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

namespace executus::llm::media {
namespace {

struct FoundImage {
  ImagePlace place;
  const Image* image = nullptr;
};

bool has_images(const Message& message) noexcept {
  return std::ranges::any_of(message.parts, [](const auto& part) { return std::holds_alternative<Image>(part); }) ||
         std::ranges::any_of(message.tool_results, [](const auto& result) { return !result.images.empty(); });
}

std::vector<FoundImage> images_of(const Request& request) {
  std::vector<FoundImage> found;
  for (std::size_t m = 0; m < request.messages.size(); ++m) {
    const auto& message = request.messages[m];
    for (std::size_t i = 0; i < message.parts.size(); ++i)
      if (const auto* image = std::get_if<Image>(&message.parts[i]))
        found.push_back({{.message = m, .index = i}, image});
    for (std::size_t r = 0; r < message.tool_results.size(); ++r)
      for (std::size_t i = 0; i < message.tool_results[r].images.size(); ++i)
        found.push_back({{m, r, i}, &message.tool_results[r].images[i]});
  }
  return found;
}

ModelError incapable(std::string message) { return {Failure::permanent, "model.incapable", std::move(message)}; }

std::string in_words(const Image& image) {
  auto [format, size] = sniff(image.bytes);
  auto words = std::string(format == Format::unknown ? "declared as " + image.mime : mime_of(format));
  if (size) words += ", " + std::to_string(size->width) + " x " + std::to_string(size->height) + " pixels";
  return words + ", " + std::to_string(image.bytes.size()) + " bytes";
}

ModelError cannot_have(const std::string& target, const Image& image, const std::string& why) {
  return incapable(target + " cannot be given an image of the request (" + in_words(image) + "): " + why +
                   "; send another image, or choose another model");
}

// For the model, which may tell its user; the codec's own words name files of this machine.
constexpr std::string_view kNoCodecHere =
    ", and images cannot be changed on this machine (`executus doctor` says what is missing)";

std::string note_of(const std::string& why) { return "[image left out: " + why + "]"; }

// What happens to an image that there is room for. Throws when the target cannot have it.
ImageChange change_of(const FoundImage& found, const std::string& target, const Capabilities& known) {
  const auto& image = *found.image;
  ImageChange change{found.place, plan_image({sniff(image.bytes), image.bytes.size(), image.mime}, known)};
  if (change.plan.verdict == Verdict::unchanged || change.plan.needs_codec()) return change;
  if (!found.place.of_tool()) throw cannot_have(target, image, change.plan.why);
  change.note = note_of(change.plan.why);
  return change;
}

bool is_needed(const ImageChange& change, const Image& image) {
  return change.plan.verdict != Verdict::unchanged || !change.note.empty() || change.plan.mime != image.mime;
}

// The newest first, until there is room for no more.
std::vector<ImageChange> changes_of(std::span<const FoundImage> images, const std::string& target,
                                    const Capabilities& known) {
  const auto no_room = note_of(known.max_images <= 0 ? "the model takes no images"
                                                     : "the model takes at most " + std::to_string(known.max_images) +
                                                           " images, and newer ones follow");
  std::vector<ImageChange> changes;
  int room = known.max_images;
  for (auto found = images.rbegin(); found != images.rend(); ++found) {
    auto change = room > 0 ? change_of(*found, target, known) : ImageChange{found->place, {}, no_room};
    if (change.note.empty()) --room;
    if (is_needed(change, *found->image)) changes.push_back(std::move(change));
  }
  std::ranges::reverse(changes);
  return changes;
}

// An image that was encoded anew, or the note in its place.
using Replacement = std::variant<Image, std::string>;

class Conversion {
 public:
  Conversion(const RequestPlan& plan, ImageCodec& codec) : plan_(plan), codec_(codec) {}

  [[nodiscard]] Replacement replacement(const ImageChange& change, const Image& image) const {
    if (!change.note.empty()) return change.note;
    if (!change.plan.needs_codec()) return Image{image.bytes, change.plan.mime};
    for (const auto& how : change.plan.ladder) {
      auto encoded = codec_.encode(image.bytes, how);
      if (!encoded) return failed_conversion(change, image, encoded.error());
      if (plan_.max_image_bytes == 0 || encoded->size() <= plan_.max_image_bytes)
        return Image{std::move(*encoded), std::string(mime_of(how.format))};
    }
    auto why = "it cannot be made smaller than " + std::to_string(plan_.max_image_bytes) + " bytes";
    if (change.place.of_tool()) return note_of(why);
    throw cannot_have(plan_.target, image, why);
  }

 private:
  [[nodiscard]] Replacement failed_conversion(const ImageChange& change, const Image& image, const Error& error) const {
    bool lacks_codec = error.code() == "media.no_codec";
    if (change.place.of_tool())
      return note_of(lacks_codec ? change.plan.why + std::string(kNoCodecHere) : error.message());
    throw cannot_have(plan_.target, image, change.plan.why + ", and " + error.message());
  }

  const RequestPlan& plan_;
  ImageCodec& codec_;
};

void replace_part(Part& part, Replacement with) {
  if (auto* image = std::get_if<Image>(&with))
    part = std::move(*image);
  else
    part = Text{std::move(std::get<std::string>(with))};
}

// `removed`: of this result, before.
void replace_image(ToolResult& result, std::size_t index, Replacement with, std::size_t& removed) {
  auto place = result.images.begin() + static_cast<std::ptrdiff_t>(index - removed);
  if (auto* image = std::get_if<Image>(&with)) {
    *place = std::move(*image);
    return;
  }
  result.images.erase(place);
  ++removed;
  result.text += (result.text.empty() ? "" : "\n") + std::get<std::string>(with);
}

// All `changes` are of this message.
Message changed(Message message, std::span<const ImageChange> changes, const Conversion& conversion) {
  std::vector<std::size_t> removed(message.tool_results.size());
  for (const auto& change : changes) {
    const auto& place = change.place;
    if (!place.of_tool()) {
      auto& part = message.parts[place.index];
      replace_part(part, conversion.replacement(change, std::get<Image>(part)));
    } else {
      auto& result = message.tool_results[place.result];
      const auto& image = result.images[place.index - removed[place.result]];
      replace_image(result, place.index, conversion.replacement(change, image), removed[place.result]);
    }
  }
  return message;
}

}  // namespace

bool RequestPlan::needs_codec() const noexcept {
  return std::ranges::any_of(changes, [](const auto& change) { return change.plan.needs_codec(); });
}

bool has_images(const Request& request) noexcept {
  for (const auto& message : request.messages)
    if (has_images(message)) return true;
  return false;
}

RequestPlan plan_request(const Request& request, const std::string& target, const Capabilities& known) {
  auto images = images_of(request);
  auto of_users = std::ranges::count_if(images, [](const auto& found) { return !found.place.of_tool(); });
  if (of_users > 0 && known.max_images <= 0)
    throw incapable(target + " takes no images, and the request has " + std::to_string(of_users) +
                    "; choose a model that takes images");
  return {target, known.max_image_bytes, changes_of(images, target, known)};
}

Request apply(const RequestPlan& plan, Request request, ImageCodec& codec) {
  Conversion conversion(plan, codec);
  std::span<const ImageChange> rest(plan.changes);
  while (!rest.empty()) {
    auto message = rest.front().place.message;
    auto end = std::ranges::find_if(rest, [&](const auto& change) { return change.place.message != message; });
    auto count = static_cast<std::size_t>(end - rest.begin());
    request.messages.replace(message, changed(request.messages[message], rest.first(count), conversion));
    rest = rest.subspan(count);
  }
  return request;
}

}  // namespace executus::llm::media
