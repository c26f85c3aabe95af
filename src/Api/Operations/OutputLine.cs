using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Operations.Events;

namespace WazoPlugind.Api.Operations;

/// <summary>A line that a command of an operation has written, or the place of some that are not kept.</summary>
/// <param name="Step">The step.</param>
/// <param name="Run">Which run of the step, from 1 on.</param>
/// <param name="Number">The line's number in the run; of a place that of the line after it.</param>
/// <param name="Line">The line; <c>null</c> for a place.</param>
/// <param name="LeftOut">Of a place how many lines of the run are not kept; 0 where that is all of an earlier run.</param>
internal sealed record OutputLine(string Step, int Run, int Number, EventLine? Line, int LeftOut)
{
    /// <summary>The lines of what is stored, with the places of what is not kept.</summary>
    /// <param name="stored">What is stored, in order.</param>
    public static IEnumerable<OutputLine> Of(IEnumerable<OperationEvent> stored)
    {
        Dictionary<string, OperationEvent> before = [];
        foreach (var part in stored)
        {
            var (isSameRun, known) = before.GetValueOrDefault(part.Step) is { } last ? (last.Run == part.Run, last.FirstLine + last.Lines) : (false, 1);
            var leftOut = part.FirstLine - (isSameRun ? known : 1);
            if (leftOut > 0 || (part.Previous > 0 && !before.ContainsKey(part.Step)))
                yield return new OutputLine(part.Step, part.Run, part.FirstLine, Line: null, leftOut);
            before[part.Step] = part;
            var number = part.FirstLine;
            foreach (var line in part.ReadLines())
                yield return new OutputLine(part.Step, part.Run, number++, line, LeftOut: 0);
        }
    }

    /// <summary>Lines as JSON.</summary>
    /// <param name="lines">The lines.</param>
    public static JsonObject ToJson(IEnumerable<OutputLine> lines) => new() { ["items"] = new JsonArray([.. lines.Select(line => line.ToJson())]) };

    /// <summary>Lines as text: each with its time and step.</summary>
    /// <param name="lines">The lines.</param>
    public static byte[] ToText(IEnumerable<OutputLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.Line is { } written ? $"{written.At} {line.Step}: {written.Text}" : $"{line.Step}: {line.Place()}").Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Place() => LeftOut > 0 ? $"[{LeftOut} lines are left out]" : "[what an earlier run wrote is left out]";

    private JsonObject ToJson()
    {
        var json = new JsonObject { ["step"] = Step, ["run"] = Run, ["number"] = Number };
        if (Line is { } line)
            (json["at"], json["text"]) = (line.At, line.Text);
        else
            json["left_out"] = LeftOut;
        return json;
    }
}
