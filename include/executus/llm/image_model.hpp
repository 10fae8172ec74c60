// Port: a model that paints what a text says. Not a Model: it answers with images, holds no conversation and calls no
// tools.
//
// Threads: called on the asking task's strand; one object serves many runs at once. Cancellation: a cancelled
// generate() ends with Cancelled and stops the request. Errors: ModelError, as of models; a refused prompt is
// permanent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/llm/message.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

// Pixels. What sizes there are is the provider's affair.
struct ImageSize {
  int width = 0;
  int height = 0;
};

struct ImageRequest {
  std::string prompt;
  std::optional<ImageSize> size = {};  // none: the model's default
  int count = 1;                       // at least 1
  SpentSink* spent = nullptr;          // told what the call used, where its server says so; null: not told; outlives it
};

class ImageModel {
 public:
  virtual ~ImageModel() = default;

  // One provider call, no retries. At least one image; fewer than asked for when the provider gave fewer.
  [[nodiscard]] virtual Task<std::vector<Image>> generate(ImageRequest request) = 0;

  // "provider/model".
  [[nodiscard]] virtual const std::string& target() const = 0;
};

}  // namespace executus::llm
