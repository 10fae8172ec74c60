#include "llm/media/plan.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace executus::llm::media {
namespace {

constexpr int kGoodQuality = 85;
constexpr std::array kLowerQualities{70, 50};
constexpr std::uint32_t kSmallestEdge = 256;        // below that a model sees little
constexpr std::uint32_t kEdgeOfUnknownSize = 2048;  // where shrinking begins

bool takes(const Capabilities& target, Format format) {
  return target.image_types.empty() ||
         std::ranges::any_of(target.image_types, [&](const auto& mime) { return format_of(mime) == format; });
}

// What speaks against sending it as it is.
struct Troubles {
  bool format = false;
  bool edge = false;
  bool bytes = false;
  [[nodiscard]] bool any() const noexcept { return format || edge || bytes; }
};

Troubles troubles_of(const ImageFacts& image, const Capabilities& target) {
  const auto& size = image.sniffed.size;
  auto max_edge = static_cast<std::uint32_t>(std::max(0, target.max_image_edge));
  return {.format = image.sniffed.format == Format::unknown ? !target.image_types.empty()
                                                            : !takes(target, image.sniffed.format),
          .edge = max_edge != 0 && (!size || size->longest_edge() > max_edge),
          .bytes = target.max_image_bytes != 0 && image.bytes > target.max_image_bytes};
}

bool is_drawn(Format format) {  // rather than photographed: sharp edges, few colours
  return format == Format::png || format == Format::gif || format == Format::bmp || format == Format::tiff;
}

// What to make of it: what it is, else what suits it, as far as the target takes that.
std::optional<Format> best_format(Format source, const Capabilities& target) {
  std::array order{source, is_drawn(source) ? Format::png : Format::jpeg, Format::jpeg, Format::webp, Format::png};
  for (Format format : order)
    if ((format == Format::png || format == Format::jpeg || format == Format::webp) && takes(target, format))
      return format;
  return std::nullopt;
}

std::optional<Format> lossy_format(const Capabilities& target) {
  for (Format format : {Format::jpeg, Format::webp})
    if (takes(target, format)) return format;
  return std::nullopt;
}

void add_smaller_edges(std::vector<Encoding>& ladder, Format format, int quality, std::uint32_t edge) {
  for (edge = edge / 10 * 7; edge >= kSmallestEdge; edge = edge / 10 * 7) ladder.push_back({format, quality, edge});
}

std::vector<Encoding> ladder_for(const ImageFacts& image, Format format, const Troubles& troubles,
                                 const Capabilities& target) {
  auto max_edge = static_cast<std::uint32_t>(std::max(0, target.max_image_edge));
  std::vector<Encoding> ladder;
  auto quality = format == Format::png ? 0 : kGoodQuality;
  // The same pixels without loss once more would be about as many bytes.
  if (quality != 0 || troubles.format || troubles.edge) ladder.push_back({format, quality, max_edge});
  if (target.max_image_bytes == 0) return ladder;
  auto edge = image.sniffed.size ? image.sniffed.size->longest_edge() : kEdgeOfUnknownSize;
  if (max_edge != 0) edge = std::min(edge, max_edge);
  auto lossy = lossy_format(target);
  if (lossy && quality == 0) ladder.push_back({*lossy, kGoodQuality, max_edge});
  if (lossy)
    for (int lower : kLowerQualities) ladder.push_back({*lossy, lower, max_edge});
  add_smaller_edges(ladder, lossy.value_or(format), lossy ? kLowerQualities.front() : 0, edge);
  return ladder;
}

std::string types_of(const Capabilities& target) {
  std::string list;
  for (const auto& mime : target.image_types) list += (list.empty() ? "" : ", ") + mime;
  return list;
}

ImagePlan plan_conversion(const ImageFacts& image, const Troubles& troubles, const Capabilities& target) {
  auto format = best_format(image.sniffed.format, target);
  if (!format) return {.verdict = Verdict::unsupported, .why = "the model takes " + types_of(target) + " only"};
  ImagePlan plan;
  plan.ladder = ladder_for(image, *format, troubles, target);
  if (troubles.format) {
    plan.verdict = Verdict::transcode;
    plan.why = "the model takes " + types_of(target) + " only";
  } else if (troubles.edge) {
    plan.verdict = Verdict::downscale;
    plan.why = "the model takes edges of at most " + std::to_string(target.max_image_edge) + " pixels";
  } else {
    plan.verdict = Verdict::byte_ladder;
    plan.why = "the model takes at most " + std::to_string(target.max_image_bytes) + " bytes";
  }
  if (!plan.ladder.empty()) return plan;
  plan.verdict = Verdict::unsupported;  // tiny, and still too many bytes
  return plan;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  constexpr std::string_view names[] = {"unchanged",   "transcode",  "downscale", "byte_ladder",
                                        "unsupported", "unreadable", "bomb"};
  return names[static_cast<std::size_t>(verdict)];
}

ImagePlan plan_image(const ImageFacts& image, const Capabilities& target) {
  const auto& [format, size] = image.sniffed;
  if (size && size->pixels() > kMaxPixels)
    return {.verdict = Verdict::bomb,
            .why = "it claims " + std::to_string(size->width) + " x " + std::to_string(size->height) +
                   " pixels; more than " + std::to_string(kMaxPixels / 1'000'000) + " million are not decoded"};
  auto troubles = troubles_of(image, target);
  if (!troubles.any())
    return {.verdict = Verdict::unchanged,
            .mime = format == Format::unknown ? image.declared_mime : std::string(mime_of(format))};
  if (format == Format::bmp)  // libvips reads it through ImageMagick, which is not let near images from the web
    return {.verdict = Verdict::unreadable, .why = "it is a BMP, which this version sends as it is or not at all"};
  if (format == Format::unknown)
    return {.verdict = Verdict::unreadable, .why = "it is in none of the image formats this version knows"};
  return plan_conversion(image, troubles, target);
}

}  // namespace executus::llm::media
