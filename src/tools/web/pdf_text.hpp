// The text of a PDF, read by pdftotext (poppler-utils) in a sandbox: without network and files, within limits.
#pragma once

#include <string>

#include <executus/async/task.hpp>
#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>

#include "tools/program/program.hpp"
#include "tools/sandbox/sandbox.hpp"

namespace executus::tools {

// What the end of pdftotext says. Pure. Error web.pdf.
[[nodiscard]] Result<std::string> text_of_pdf(const ProgramEnd& end);

// `sandbox` and `environment` outlive the task. Throws Error web.pdf, sandbox.unavailable.
[[nodiscard]] Task<std::string> pdf_text(Sandbox& sandbox, const Environment& environment, std::string pdf);

}  // namespace executus::tools
