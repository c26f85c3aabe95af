using System.Text.Json;
using WazoPlugind.Messages;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Remembers beside the work directories what a step has reported last, so that a message that comes again is answered again and its work
/// does not come twice.
/// </summary>
/// <param name="directory">The operation's directory.</param>
/// <param name="step">The step.</param>
internal sealed class StepJournal(string directory, StepDefinition step)
{
    private static readonly Type[] Failures = [typeof(StepFailed), typeof(StepPostponed)];

    private readonly Type _completed = typeof(StepCompleted<>).MakeGenericType(step.ResultType);

    private string File => Path.Join(directory, step.Name + ".json");

    /// <summary>What was reported on a message before.</summary>
    /// <param name="message">The message's id.</param>
    /// <returns><c>null</c> when there was nothing, or it is not remembered.</returns>
    public IOperationMessage? Find(Guid message)
    {
        try
        {
            var lines = System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File).Split('\n', 3) : [];
            return lines is [var id, var name, var report] && id == message.ToString() && TypeOf(name) is { } type
                ? (IOperationMessage?)JsonSerializer.Deserialize(report, type)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Another version wrote it, or the operation has ended and it is gone.
            return null;
        }
    }

    /// <summary>Remembers a report, where there is room.</summary>
    /// <param name="message">The id of the message that it answers.</param>
    /// <param name="report">The report.</param>
    public void Write(Guid message, IOperationMessage report)
    {
        try
        {
            System.IO.File.WriteAllText(File + ".new", $"{message}\n{NameOf(report.GetType())}\n{JsonSerializer.Serialize(report, report.GetType())}");
            System.IO.File.Move(File + ".new", File, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // That the saga gets it counts more than that it is known here.
        }
    }

    private string NameOf(Type type) => type == _completed ? "completed" : type.Name;

    private Type? TypeOf(string name) => Array.Find([_completed, .. Failures], type => NameOf(type) == name);
}
