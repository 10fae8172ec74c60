#include "tools/web/pdf_text.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>

namespace executus::tools {
namespace {

using How = ProgramEnd::How;
using ::testing::HasSubstr;

std::string said(How how, int code, std::string_view output) {
  ProgramEnd end;
  end.how = how;
  end.code = code;
  end.output.append(output);
  auto text = text_of_pdf(end);
  return text.ok() ? *text : text.error().code() + ": " + text.error().message();
}

TEST(PdfText, IsWhatPdftotextWrote) {  // [TLS-16]
  EXPECT_EQ(said(How::exited, 0, "caf\xc3\xa9\xff"), "café\xef\xbf\xbd");
  EXPECT_THAT(said(How::exited, 0, std::string(2 * KeptOutput::kBeginning, 'a')),
              HasSubstr("a\n[cut: the text of the PDF has 2228224 bytes]"));
  EXPECT_THAT(said(How::exited, 1, ""), HasSubstr("web.pdf: the page is no PDF"));
  EXPECT_THAT(said(How::exited, 127, ""), HasSubstr("install poppler-utils"));
  EXPECT_THAT(said(How::timed_out, 0, "x"), HasSubstr("within 30 s"));
  EXPECT_THAT(said(How::signalled, 9, "x"), HasSubstr("could not read"));
}

std::string small_pdf() {
  std::string stream = "BT /F 24 Tf 20 20 Td (Hello, page) Tj ET";
  return "%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
         "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 50]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
         "4 0 obj<</Length " +
         std::to_string(stream.size()) + ">>stream\n" + stream +
         "\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
         "trailer<</Root 1 0 R>>\n%%EOF\n";
}

TEST(PdfText, IsReadInASandbox) {  // [TLS-16]
  FixedEnvironment environment{{{"PATH", "/usr/bin:/bin"}}};
  Guard guard;
  Programs programs{guard};
  Sandbox sandbox(guard, programs, environment);
  if (auto why = sandbox.problem()) GTEST_SKIP() << *why;
  auto loop = make_loop(1);
  auto text = [&](std::string pdf) -> std::string {
    try {
      return block_on(*loop, pdf_text(sandbox, environment, std::move(pdf)));
    } catch (const Error& error) {
      return error.code() + ": " + error.message();
    }
  };
  if (!std::filesystem::exists("/usr/bin/pdftotext")) {
    EXPECT_THAT(text(small_pdf()), HasSubstr("web.pdf: the page is a PDF, and pdftotext is not there to read it"));
    return;
  }
  EXPECT_THAT(text(small_pdf()), HasSubstr("Hello, page"));
  EXPECT_THAT(text("%PDF-1.4 broken"), HasSubstr("web.pdf: the page is no PDF"));
}

}  // namespace
}  // namespace executus::tools
