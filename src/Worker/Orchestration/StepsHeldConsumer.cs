using MassTransit;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>Takes what workers have in hand, and answers where there is nothing left to do for it.</summary>
/// <param name="lost">Wants to know it.</param>
/// <param name="ended">Knows what is cancelled.</param>
/// <param name="replies">Answers.</param>
internal sealed class StepsHeldConsumer(LostMessages lost, IEndedOperations ended, CancelledReplies replies) : IConsumer<StepsHeld>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<StepsHeld> context)
    {
        lost.NoteHeld(context.Message.Commands);
        if (replies.Note(context) is { } worker && ended.CancelledAmong(context.Message.Operations) is { Count: > 0 } cancelled)
            await replies.TellAsync(worker, cancelled);
    }
}
