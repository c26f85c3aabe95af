using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Steps;

/// <summary>The ids of messages that are the same however often they are made.</summary>
internal static class MessageIds
{
    /// <summary>The id of the report on a message: a step that ran twice reports once, the first outcome counts.</summary>
    /// <param name="command">The id of the message that asked for the step.</param>
    public static Guid ReportOf(Guid command) => DerivedUuid.Of(command, "report");
}
