// A request's images, made fit for a target: those of user messages and those of tool results alike.
//
//   auto plan = plan_request(request, model.target(), model.capabilities());   // throws when the target cannot have it
//   if (!plan.empty()) request = apply(plan, std::move(request), codec);       // off the strand when it needs_codec()
//
// Of more images than the target takes the oldest make room, and a note stands in their place. An image of a tool that
// the target cannot have is a note too: what a tool found on a page must not end a run. An image of a user that it
// cannot have is a permanent ModelError, model.incapable: a chain asks the next model, and holds it against none.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <executus/llm/model.hpp>

#include "llm/media/codec.hpp"
#include "llm/media/plan.hpp"

namespace executus::llm::media {

// Where an image is: part `index` of a message, or image `index` of its tool result `result`.
struct ImagePlace {
  static constexpr std::size_t kNoResult = static_cast<std::size_t>(-1);
  std::size_t message = 0;
  std::size_t result = kNoResult;
  std::size_t index = 0;
  [[nodiscard]] bool of_tool() const noexcept { return result != kNoResult; }
  bool operator==(const ImagePlace&) const = default;
};

struct ImageChange {
  ImagePlace place;
  ImagePlan plan;
  std::string note = {};  // not empty: stands in its place
};

struct RequestPlan {
  std::string target;
  std::size_t max_image_bytes = 0;
  std::vector<ImageChange> changes = {};  // in the order of the request; images that stay as they are have none

  [[nodiscard]] bool empty() const noexcept { return changes.empty(); }
  [[nodiscard]] bool needs_codec() const noexcept;
};

// Whether there is anything to plan. Pure; allocates nothing.
[[nodiscard]] bool has_images(const Request& request) noexcept;

// Pure, and linear in the images' headers. Throws ModelError model.incapable.
[[nodiscard]] RequestPlan plan_request(const Request& request, const std::string& target, const Capabilities& known);

// The request with the plan's changes; the messages without one are shared with the old one. Throws ModelError
// model.incapable. Precondition: the plan is of this request.
[[nodiscard]] Request apply(const RequestPlan& plan, Request request, ImageCodec& codec);

}  // namespace executus::llm::media
