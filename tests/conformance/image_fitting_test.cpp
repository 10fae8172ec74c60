// Images on their way from a request to a server: the shipped resolver, the real client, and what arrives.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <stdlib.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

#include "base/base64.hpp"
#include "llm/media/module_codec.hpp"
#include "llm/media/sample_images_test.hpp"
#include "net/client/relay_proxy_test.hpp"

namespace executus::llm::media {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;

namespace json = boost::json;

#ifdef EXECUTUS_VIPS_MODULE
constexpr const char* kModule = EXECUTUS_VIPS_MODULE;
#else
constexpr const char* kModule = "";
#endif

// Everything a program has but the network: what is sent anywhere goes through a proxy to the test's server. So the
// models are those of the vendor, with its limits.
class ImageFitting : public ::testing::Test {
 protected:
  ImageFitting() {
    ::unsetenv("no_proxy");
    ::unsetenv("NO_PROXY");
    ::setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(proxy_.port())).c_str(), 1);
    use_module(kModule);
  }
  ~ImageFitting() override { ::unsetenv("http_proxy"); }

  // A machine on which the module is at `module`.
  void use_module(const std::string& module) {
    catalog_.reset();
    environment_ = std::make_unique<FixedEnvironment>(
        FixedEnvironment::Variables{{"ANTHROPIC_API_KEY", "k"},
                                    {"ANTHROPIC_BASE_URL", "http://api.anthropic.com"},
                                    {"LLM_ANY", "anthropic+http://any.test"},
                                    {"EXECUTUS_MEDIA_MODULE", module}});
    ResolverOptions options;
    options.environment = environment_.get();
    options.http = http_.get();
    catalog_ = make_model_resolver(std::move(options));
  }
  void ask(const std::string& spec, std::initializer_list<Message> messages) {
    Request request;
    request.messages = messages;
    auto model = catalog_->resolve(spec).value().model;
    (void)block_on(*loop_, model->generate(std::move(request), nullptr));
  }
  std::string refusal(const std::string& spec, std::initializer_list<Message> messages) {
    try {
      ask(spec, messages);
    } catch (const ModelError& error) {
      EXPECT_EQ(error.failure(), Failure::permanent);
      return error.code() + ": " + error.message();
    }
    return "no error";
  }
  // The image of the last request.
  Image sent() const {
    auto body = json::parse(server_.requests().back().body);
    const auto& source = body.at("messages").at(0).at("content").at(1).at("source");
    return {base64_decode(std::string_view(source.at("data").as_string())).value(),
            std::string(source.at("media_type").as_string())};
  }

  testing::HttpServer server_{[](const testing::HttpServer::Request&) {
    return testing::HttpServer::Reply{
        200,
        {{"Content-Type", "application/json"}},
        R"({"content":[{"type":"text","text":"I see"}],"stop_reason":"end_turn","usage":{}})"};
  }};
  net::RelayProxy proxy_{server_.port()};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  std::unique_ptr<FixedEnvironment> environment_;
  std::unique_ptr<ModelCatalog> catalog_;
};

// With real pixels.
class PixelFitting : public ImageFitting {
 protected:
  void SetUp() override {
    if (std::string_view(kModule).empty()) GTEST_SKIP() << "libvips-dev was not there when this was built";
  }
  static std::string png_of(const std::string& image) {
    return make_module_codec({kModule})->encode(image, {Format::png, 0, 0}).value();
  }
};

const std::string kLimited = "anthropic/claude-haiku-5-5";  // 2000 pixels an edge, 3.9 MB
constexpr std::size_t kMostBytes = 3'932'160;
const std::string kUnlimited = "any/model";

Message showing(std::string bytes, std::string mime = "image/png") {
  auto message = user_message("Look at this:");
  message.parts.push_back(Image{std::move(bytes), std::move(mime)});
  return message;
}

Message photographed(std::string bytes) {
  Message message;
  message.role = Role::tool;
  message.tool_results = {{"c1", "camera", "click", {{std::move(bytes), "image/png"}}}};
  return message;
}

TEST_F(PixelFitting, ADrawingIsMadeSmallerAndStaysPng) {  // [LLM-21]
  auto drawing = png_of(striped_tiff(3'000, 2'000));

  ask(kLimited, {showing(drawing)});

  EXPECT_EQ(server_.requests().back().header("Host"), "api.anthropic.com");
  EXPECT_EQ(sent().mime, "image/png");
  EXPECT_EQ(sniff(sent().bytes), (Sniffed{Format::png, PixelSize{2'000, 1'333}}));
}

TEST_F(PixelFitting, APhotographIsMadeLightEnoughToo) {  // [LLM-21]
  auto photograph = png_of(noise_tiff(3'000, 2'000));
  ASSERT_GT(photograph.size(), 4 * kMostBytes);

  ask(kLimited, {showing(photograph)});

  EXPECT_EQ(sent().mime, "image/jpeg");
  EXPECT_THAT(sent().bytes, SizeIs(Le(kMostBytes)));
  auto [format, size] = sniff(sent().bytes);
  EXPECT_EQ(format, Format::jpeg);
  ASSERT_TRUE(size);
  EXPECT_LE(size->longest_edge(), 2'000U);
}

TEST_F(PixelFitting, AFormatTheModelDoesNotTakeIsTranscoded) {  // [LLM-21]
  ask(kLimited, {showing(striped_tiff(60, 40), "image/tiff")});

  EXPECT_EQ(sniff(sent().bytes), (Sniffed{Format::png, PixelSize{60, 40}}));
  EXPECT_EQ(sent().mime, "image/png");
}

TEST_F(PixelFitting, AModelOfWhichNothingIsKnownGetsEveryByte) {  // [LLM-21] [LLM-08]
  auto photograph = png_of(noise_tiff(3'000, 2'000));

  ask(kUnlimited, {showing(photograph)});

  EXPECT_TRUE(sent().bytes == photograph);
  EXPECT_EQ(sent().mime, "image/png");
}

TEST_F(ImageFitting, ABombIsSentToNobody) {  // [LLM-21]
  for (const auto& spec : {kLimited, kUnlimited})
    EXPECT_THAT(refusal(spec, {showing(png_header(10'001, 10'000))}),
                AllOf(HasSubstr("model.incapable"), HasSubstr("10001 x 10000 pixels")));

  EXPECT_EQ(server_.request_count(), 0U);
}

TEST_F(ImageFitting, WithoutTheModuleWhatFitsIsSent) {  // [LLM-21]
  use_module("/nowhere/module.so");

  ask(kLimited, {showing(png_header(2'000, 2'000))});

  EXPECT_EQ(sent().bytes, png_header(2'000, 2'000));
}

TEST_F(ImageFitting, WithoutTheModuleAUserIsToldWhatToInstall) {  // [LLM-21] [LLM-22]
  use_module("/nowhere/module.so");

  EXPECT_THAT(refusal(kLimited, {showing(png_header(3'000, 2'000))}),
              AllOf(HasSubstr("model.incapable: anthropic/claude-haiku-5-5 cannot be given an image"),
                    HasSubstr("3000 x 2000 pixels"), HasSubstr("edges of at most 2000 pixels"),
                    HasSubstr("install libvips"), HasSubstr("/nowhere/module.so")));
  EXPECT_EQ(server_.request_count(), 0U);
}

TEST_F(ImageFitting, WithoutTheModuleAToolsImageIsANoteAndTheRunGoesOn) {  // [LLM-21]
  use_module("/nowhere/module.so");
  auto calling = assistant_message("", {{"c1", "camera", "{}"}});

  ask(kLimited, {user_message("Look."), calling, photographed(png_header(3'000, 2'000))});

  EXPECT_THAT(server_.requests().back().body,
              AllOf(HasSubstr("[image left out: the model takes edges of at most 2000 pixels"),
                    ::testing::Not(HasSubstr("base64"))));
}

TEST_F(ImageFitting, AChainGoesOnToWhoTakesTheImage) {  // [LLM-22]
  use_module("/nowhere/module.so");

  ask(kLimited + "," + kUnlimited, {showing(png_header(3'000, 2'000))});

  EXPECT_EQ(server_.requests().back().header("Host"), "any.test");
  EXPECT_EQ(server_.request_count(), 1U);
  EXPECT_THAT(catalog_->list().health, ::testing::IsEmpty());
}

}  // namespace
}  // namespace executus::llm::media
