using System.Globalization;
using System.Text;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// What is written down of the steps of an operation, beside its work directories: each run before it begins, so that one that ends with
/// its process is known. Where there is no room the step goes on without: it says so itself.
/// </summary>
/// <param name="directory">The operation's directory.</param>
/// <param name="time">The clock.</param>
internal sealed class StepAttempts(string directory, TimeProvider time)
{
    private const string Began = "began";
    private const string Ended = "ended";

    private string File => Path.Join(directory, "attempts");

    /// <summary>The runs of a step, for whichever message.</summary>
    /// <param name="step">The step's name.</param>
    public IReadOnlyList<StepAttempt> Of(string step)
    {
        List<StepAttempt> attempts = [];
        foreach (var line in Lines(step))
        {
            if (line.What == Began)
                attempts.Add(new StepAttempt(line.Message, line.At, HasEnded: false));
            else if (line.What == Ended && attempts.FindLastIndex(attempt => attempt.Message == line.Message) is >= 0 and var index)
                attempts[index] = attempts[index] with { HasEnded = true };
        }

        return attempts;
    }

    /// <summary>Writes down that a run begins; it is on the disk when this returns.</summary>
    /// <param name="step">The step's name.</param>
    /// <param name="message">The id of the message that asks for it.</param>
    public void Begin(string step, Guid message) => Append(Began, step, message, isSynced: true);

    /// <summary>Writes down that the last run has ended, well or not.</summary>
    /// <param name="step">The step's name.</param>
    /// <param name="message">The id of the message that asked for it.</param>
    public void End(string step, Guid message) => Append(Ended, step, message, isSynced: false);

    private void Append(string what, string step, Guid message, bool isSynced)
    {
        try
        {
            using var file = new FileStream(File, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            // A line that was not written to its end stays one of its own.
            var separator = EndsLine(file) ? "" : "\n";
            file.Write(Encoding.ASCII.GetBytes(
                $"{separator}{what} {step} {message} {time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)}\n"));
            file.Flush(isSynced);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk; or the operation has ended and its directory is gone.
        }
    }

    private static bool EndsLine(FileStream file)
    {
        if (file.Seek(0, SeekOrigin.End) == 0)
            return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private IEnumerable<Line> Lines(string step)
    {
        string[] lines;
        try
        {
            using var reader = new StreamReader(new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            lines = reader.ReadToEnd().Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return lines.Select(Line.Parse).OfType<Line>().Where(line => line.Step == step);
    }

    private sealed record Line(string What, string Step, Guid Message, DateTimeOffset At)
    {
        public static Line? Parse(string text) =>
            text.Split(' ') is [var what, var step, var id, var time]
            && Guid.TryParseExact(id, "D", out var message)
            && DateTimeOffset.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
                ? new Line(what, step, message, at)
                : null;
    }
}
