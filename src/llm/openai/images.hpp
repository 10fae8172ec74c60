// OpenAI's images API: POST /images/generations, spoken by OpenAI and by servers with stable diffusion models.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/image_model.hpp>
#include <executus/llm/kit/http_model.hpp>

namespace executus::llm::openai {

// `http` outlives the model. Without a token only OpenAI's own service refuses, when it is asked. The key goes into the
// Authorization header and nowhere else.
[[nodiscard]] std::shared_ptr<ImageModel> make_image_model(Endpoint endpoint, std::string id, net::HttpClient& http,
                                                           std::optional<Milliseconds> call_timeout = kCallTimeout);

// The pure halves.
[[nodiscard]] std::string images_body(const ImageRequest& request, std::string_view model);

// Throws ModelError model.malformed when there is no image in it, or what an error in it says.
// `spent` (may be null) is told the usage when the answer says it.
[[nodiscard]] std::vector<Image> read_images(std::string_view body, const Asked& asked, SpentSink* spent = nullptr);

}  // namespace executus::llm::openai
