#include "tools/web/web_fetch.hpp"

#include <optional>
#include <string>
#include <utility>

#include <boost/describe/class.hpp>

#include <executus/async/cancel.hpp>
#include <executus/base/error.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/text.hpp"
#include "tool/chosen_by_name.hpp"
#include "tools/web/page_fetch.hpp"
#include "tools/web/pdf_text.hpp"

namespace executus::tools {
namespace {

using tool::Outcome;

struct WebFetchArgs {
  std::string url;
};
BOOST_DESCRIBE_STRUCT(WebFetchArgs, (), (url))

std::string_view describe_field(std::type_identity<WebFetchArgs>, std::string_view) {
  return "Address of a page, with http:// or https://.";
}

class WebFetch final : public tool::Tool {
 public:
  WebFetch(WebServices services, const WebOptions& options)
      : services_(services),
        access_(options, services.environment),
        pages_(services.http, access_, services.pool, options.robots) {
    info_.spec = {"web_fetch", "Show a page of the web as text: HTML, plain text or PDF.",
                  json_schema_of<WebFetchArgs>()};
    info_.effect = tool::Effect::pure;
    info_.timeout = std::chrono::minutes(2);
    info_.kind = tool::kOpenWebKind;
    info_.categories = {"web"};
  }
  const tool::ToolInfo& info() const override { return info_; }
  std::vector<std::string> missing() const override { return access_.missing(); }

  // A server may quote what it was sent, in a page or in where it redirects to.
  Task<Outcome> call(tool::Call call) override {
    auto secrets = access_.secrets();
    std::string problem;
    try {
      auto fetched = co_await pages_.fetch(from_json<WebFetchArgs>(call.arguments).value().url);
      auto cut = fetched.page.part == Part::whole ? Cut::nowhere : Cut::at_end;
      auto text = co_await text_of_answer(std::move(fetched));
      co_return tool::Done{secrets.masked(text, cut)};
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      problem = error.message();
    }
    co_return tool::Failed{secrets.masked(problem)};
  }

 private:
  Task<std::string> text_of_answer(Fetched fetched) const {
    auto& page = fetched.page;
    if (fetched.status / 100 != 2)
      throw failed("web.fetch",
                   "the server answered with status " + std::to_string(fetched.status) + " for " + page.url);
    std::string source = "[" + page.url + "]\n", type(clip(page.type, 80));
    if (is_pdf(page)) co_return source + co_await text_of_pdf_at(std::move(page));
    auto work = [page = std::make_shared<FetchedPage>(std::move(page))] { return text_of(std::move(*page)); };
    auto text = co_await services_.pool.run(std::move(work));
    if (!text) throw failed("web.fetch", "the page is no text but '" + type + "', which is not shown");
    co_return source + *text;
  }

  // A PDF that was cut has no end, where its reader begins.
  Task<std::string> text_of_pdf_at(FetchedPage page) const {
    if (page.part != Part::whole)
      throw failed("web.pdf", "the page is a PDF that was cut after " + std::to_string(page.body.size()) +
                                  " bytes: it is too long to be read");
    if (!services_.sandbox) throw failed("web.pdf", "the page is a PDF, and this program reads none");
    co_return co_await pdf_text(*services_.sandbox, services_.environment, std::move(page.body));
  }

  const WebServices services_;
  const WebAccess access_;
  const PageFetcher pages_;
  tool::ToolInfo info_;
};

}  // namespace

std::shared_ptr<tool::Tool> web_fetch_tool(WebServices services, const WebOptions& options) {
  return std::make_shared<WebFetch>(services, options);
}

}  // namespace executus::tools
