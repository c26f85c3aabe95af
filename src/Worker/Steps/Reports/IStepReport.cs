using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps.Reports;

/// <summary>The end of what a message asked for: that message needs no answer any more.</summary>
internal interface IStepReport : IOperationMessage
{
    /// <summary>The message that asked for the work.</summary>
    Guid Command { get; }
}
