#include <optional>
#include <utility>

#include <executus/llm/cassette.hpp>

#include "llm/cassette/cassette_file.hpp"

namespace executus::llm {
namespace {

class RecordingModel final : public Model {
 public:
  RecordingModel(std::shared_ptr<Model> model, std::shared_ptr<CassetteWriter> cassette)
      : model_(std::move(model)), cassette_(std::move(cassette)) {}

  Task<Response> generate(Request request, StreamObserver* observer) override {
    auto asked = model_->generate(request, observer);
    std::optional<ModelError> error;
    try {
      Response response = co_await std::move(asked);
      record(request, response);
      co_return response;
    } catch (const NotRecorded& trouble) {
      throw ModelError(Failure::permanent, trouble.why.code(),
                       "the answer of " + target() + " is lost to the recording: " + trouble.why.message());
    } catch (const ModelError& thrown) {
      error = thrown;
    }
    record_error(request, *error);
    throw ModelError(*error);
  }
  [[nodiscard]] const std::string& target() const override { return model_->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return model_->capabilities(); }

 private:
  struct NotRecorded {
    Error why;
  };

  void record(const Request& request, std::variant<Response, ModelError> answer) {
    try {
      cassette_->append(Exchange{target(), request_json(request), std::move(answer)});
    } catch (const Error& why) {
      throw NotRecorded{why};
    }
  }

  // The model's own error counts for more than one of the recording.
  void record_error(const Request& request, const ModelError& error) {
    try {
      record(request, error);
    } catch (const NotRecorded&) {
    }
  }

  std::shared_ptr<Model> model_;
  std::shared_ptr<CassetteWriter> cassette_;
};

std::shared_ptr<Model> recorded(const ResolvedModel& found, const std::string& name,
                                const std::shared_ptr<CassetteWriter>& cassette) {
  cassette->append_once({name, found.spec, found.model->target(), found.context_tokens, found.model->capabilities()});
  return std::make_shared<RecordingModel>(found.model, cassette);
}

class RecordingResolver final : public ModelResolver {
 public:
  RecordingResolver(ModelResolver& resolver, const std::filesystem::path& file)
      : resolver_(resolver), cassette_(std::make_shared<CassetteWriter>(file)) {}

  Result<ResolvedModel> resolve(std::string_view name) override {
    auto found = resolver_.resolve(name);
    if (!found) return found;
    try {
      found->model = recorded(*found, std::string(name), cassette_);
    } catch (const Error& error) {
      return error;
    }
    return found;
  }

  std::optional<NanoDollars> cost(std::string_view target, const Usage& usage, WallTime when) override {
    return resolver_.cost(target, usage, when);
  }

 private:
  ModelResolver& resolver_;
  std::shared_ptr<CassetteWriter> cassette_;
};

}  // namespace

std::shared_ptr<Model> recording(std::shared_ptr<Model> model, const std::filesystem::path& file) {
  ResolvedModel plain;
  plain.spec = model->target();
  plain.model = std::move(model);
  return recorded(plain, plain.spec, std::make_shared<CassetteWriter>(file));
}

std::unique_ptr<ModelResolver> record_all(ModelResolver& resolver, const std::filesystem::path& file) {
  return std::make_unique<RecordingResolver>(resolver, file);
}

}  // namespace executus::llm
