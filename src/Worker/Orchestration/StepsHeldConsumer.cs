using MassTransit;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>Takes what workers have in hand.</summary>
/// <param name="lost">Wants to know it.</param>
internal sealed class StepsHeldConsumer(LostMessages lost) : IConsumer<StepsHeld>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<StepsHeld> context)
    {
        lost.NoteHeld(context.Message.Commands);
        return Task.CompletedTask;
    }
}
