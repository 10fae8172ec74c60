// What happens to a request's images before a target takes them: afterwards the target takes all of them. The last
// bytes of the input say what the target takes and where the images are, those before are the images.
#include <algorithm>

#include <fuzzer/FuzzedDataProvider.h>

#include "fuzz/property.hpp"
#include "llm/media/normalise.hpp"

namespace executus::fuzz {
namespace {

using namespace llm;
using namespace llm::media;

// Encodes to nothing but a header of the format, of a size that the fuzzer chooses; or fails.
class PretendedCodec final : public ImageCodec {
 public:
  explicit PretendedCodec(FuzzedDataProvider& choices) : choices_(choices) {}
  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    expect(sniff(image).format != Format::unknown, "only images are decoded");
    expect(!sniff(image).size || sniff(image).size->pixels() <= kMaxPixels, "no bomb is decoded");
    expect(how.quality >= 0 && how.quality <= 100, "a quality is one");
    if (choices_.ConsumeBool())
      return choices_.ConsumeBool() ? failed("media.unreadable", "reading an image failed: it is broken")
                                    : failed("media.no_codec", "changing an image takes libvips");
    return std::string(choices_.ConsumeIntegralInRange<std::size_t>(1, 64), 'x');
  }

 private:
  FuzzedDataProvider& choices_;
};

Capabilities some_capabilities(FuzzedDataProvider& choices) {
  Capabilities target;
  target.max_images = choices.ConsumeIntegralInRange(-1, 4);
  target.max_image_bytes = choices.ConsumeBool() ? choices.ConsumeIntegralInRange<std::size_t>(0, 2048) : 0;
  target.max_image_edge = choices.ConsumeBool() ? choices.ConsumeIntegral<int>() : 0;
  for (const char* mime : {"image/png", "image/jpeg", "image/webp", "image/gif", "nonsense"})
    if (choices.ConsumeBool()) target.image_types.emplace_back(mime);
  return target;
}

Request some_request(FuzzedDataProvider& choices) {
  Request request;
  for (int i = choices.ConsumeIntegralInRange(1, 4); i > 0; --i) {
    auto where = choices.ConsumeIntegralInRange(0, 3);
    auto length = choices.ConsumeIntegralInRange<std::size_t>(0, 1024);
    Image image{choices.ConsumeBytesAsString(length), "image/png"};
    Message message = user_message("look");
    if (where > 0) message.parts.emplace_back(image);
    if (where > 1) message.parts.emplace_back(image);
    if (where > 2) message = {Role::tool, {}, {}, {{"c", "shoot", "done", {image, image}, false}}};
    request.messages.push_back(std::move(message));
  }
  return request;
}

std::vector<Image> images_in(const Request& request) {
  std::vector<Image> images;
  for (const auto& message : request.messages) {
    for (const auto& part : message.parts)
      if (const auto* image = std::get_if<Image>(&part)) images.push_back(*image);
    for (const auto& result : message.tool_results)
      images.insert(images.end(), result.images.begin(), result.images.end());
  }
  return images;
}

void check_plan(const Image& image, const Capabilities& target) {
  auto facts = ImageFacts{sniff(image.bytes), image.bytes.size(), image.mime};
  auto plan = plan_image(facts, target);
  expect(plan.ladder.size() < 40, "no image is encoded for ever");
  bool changes =
      plan.verdict == Verdict::transcode || plan.verdict == Verdict::downscale || plan.verdict == Verdict::byte_ladder;
  expect(plan.needs_codec() == changes, "what changes an image says how");
  expect(plan.why.empty() == (plan.verdict == Verdict::unchanged), "every other verdict says why");
  for (const auto& step : plan.ladder) {
    auto mime = mime_of(step.format);
    expect(target.image_types.empty() || std::ranges::find(target.image_types, mime) != target.image_types.end(),
           "it is made what the target takes");
    bool limited = target.max_image_edge > 0;
    expect(!limited || (step.max_edge != 0 && step.max_edge <= static_cast<std::uint32_t>(target.max_image_edge)),
           "no step is larger than the target takes");
  }
}

void check_request(const Request& request, const Capabilities& target, FuzzedDataProvider& choices) {
  PretendedCodec codec(choices);
  try {
    auto plan = plan_request(request, "lab/m", target);
    auto fit = apply(plan, request, codec);
    expect(fit.messages.size() == request.messages.size(), "no message is lost");
    auto images = images_in(fit);
    expect(images.size() <= static_cast<std::size_t>(std::max(0, target.max_images)), "no more images than it takes");
    for (const auto& image : images)
      expect(target.max_image_bytes == 0 || image.bytes.size() <= target.max_image_bytes,
             "no image has too many bytes");
    if (plan.empty()) expect(images == images_in(request), "without a plan all stays as it is");
  } catch (const ModelError& error) {
    expect(error.code() == "model.incapable" && error.failure() == Failure::permanent, "a target cannot have it");
  }
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  FuzzedDataProvider choices(data, size);
  auto target = some_capabilities(choices);
  auto request = some_request(choices);
  if (target.max_images > 0)
    for (const auto& image : images_in(request)) check_plan(image, target);
  check_request(request, target, choices);
  return 0;
}
