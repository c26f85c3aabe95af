using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;
using WazoPlugind.Hosting.Log;

namespace WazoPlugind.Hosting.Tests.Log;

public sealed class LineFormatterTests
{
    [Theory]
    [InlineData(LogEventLevel.Error, false, false, "a | b | System.IO.IOException: c | d\n")]
    [InlineData(LogEventLevel.Error, false, true, "<3>a | b | System.IO.IOException: c | d\n")]
    [InlineData(LogEventLevel.Warning, false, true, "<4>a | b | System.IO.IOException: c | d\n")]
    [InlineData(LogEventLevel.Information, false, true, "<6>a | b | System.IO.IOException: c | d\n")]
    [InlineData(LogEventLevel.Debug, true, true, "<7>a\nb\nSystem.IO.IOException: c\nd\n")]
    [InlineData(LogEventLevel.Fatal, true, false, "a\nb\nSystem.IO.IOException: c\nd\n")]
    public void An_event_is_one_line_unless_someone_looks_for_errors(LogEventLevel level, bool isWhole, bool hasSeverity, string expected)
    {
        var logEvent = new LogEvent(DateTimeOffset.UnixEpoch, level, new IOException("c\nd"), new MessageTemplateParser().Parse("a\nb"), []);
        using var output = new StringWriter();

        new LineFormatter(new MessageTemplateTextFormatter("{Message:l}{NewLine}{Exception}"), isWhole, hasSeverity).Format(logEvent, output);

        Assert.Equal(expected, output.ToString());
    }
}
