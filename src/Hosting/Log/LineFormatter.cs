using Serilog.Events;
using Serilog.Formatting;

namespace WazoPlugind.Hosting.Log;

/// <summary>
/// Writes what another formatter makes of an event on one line, so that whoever searches or counts lines has all of it; and for the journal
/// with its severity before it (sd-daemon(3)).
/// </summary>
/// <param name="inner">Makes the text.</param>
/// <param name="isWhole">Whether a text of several lines stays so, for people who look for errors in the program.</param>
/// <param name="hasSeverity">Whether the line goes to the journal.</param>
internal sealed class LineFormatter(ITextFormatter inner, bool isWhole, bool hasSeverity) : ITextFormatter
{
    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter();
        inner.Format(logEvent, text);
        var lines = text.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (hasSeverity)
            output.Write($"<{SeverityOf(logEvent.Level)}>");
        if (isWhole)
            output.Write(text.ToString());
        else
            output.WriteLine(string.Join(" | ", lines));
    }

    private static int SeverityOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };
}
