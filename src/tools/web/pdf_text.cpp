#include "tools/web/pdf_text.hpp"

#include <memory>
#include <utility>

#include <executus/base/error.hpp>

#include "base/text.hpp"
#include "tools/program/program_environment.hpp"

namespace executus::tools {
namespace {

using How = ProgramEnd::How;

constexpr Milliseconds kPdfTime{30'000};

SandboxPolicy pdf_policy() {
  SandboxPolicy policy;
  policy.root_is_writable = false;
  policy.memory_bytes = std::int64_t{1} << 30;
  policy.file_bytes = std::int64_t{1} << 20;
  policy.scratch_bytes = std::int64_t{1} << 20;
  return policy;
}

constexpr int kNotFound = 127;  // of the shell that starts it in its sandbox

}  // namespace

Result<std::string> text_of_pdf(const ProgramEnd& end) {
  if (end.how == How::exited && end.code == kNotFound)
    return failed("web.pdf", "the page is a PDF, and pdftotext is not there to read it; install poppler-utils");
  if (end.how == How::timed_out) return failed("web.pdf", "the page is a PDF that pdftotext did not read within 30 s");
  if (end.how == How::exited && end.code == 1) return failed("web.pdf", "the page is no PDF that pdftotext can read");
  if (end.how != How::exited || end.code != 0)
    return failed("web.pdf",
                  "the page is a PDF that pdftotext could not read" + (end.problem.empty() ? "" : ": " + end.problem));
  std::string size = std::to_string(end.output.bytes());
  return repair_utf8(end.output.beginning()) +
         (end.output.is_whole() ? "" : "\n[cut: the text of the PDF has " + size + " bytes]");
}

Task<std::string> pdf_text(Sandbox& sandbox, const Environment& environment, std::string pdf) {
  ProgramSpec spec;
  spec.argv = {"pdftotext", "-enc", "UTF-8", "-", "-"};
  spec.environment = program_environment(environment, {}, {});
  spec.directory = "/";
  spec.input = std::move(pdf);
  spec.timeout = kPdfTime;
  auto end = co_await sandbox.run(pdf_policy(), "", std::move(spec), std::make_shared<StartPermit>());
  co_return text_of_pdf(end).value();
}

}  // namespace executus::tools
