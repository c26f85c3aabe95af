using MassTransit;
using WazoPlugind.Worker.Commands;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// How often a saga takes an event that it could not work on: at once when another event of the same operation came between,
/// and for 23 minutes when the disk is full or the broker is away: RabbitMQ takes a message back after 30. Only then does the
/// event go to the error queue.
/// </summary>
internal static class SagaRetry
{
    /// <summary>Adds the policy to a queue.</summary>
    /// <param name="queue">The queue.</param>
    public static void UseSagaRetry(this IReceiveEndpointConfigurator queue)
    {
        queue.UseMessageRetry(retry =>
        {
            retry.Ignore<OperationConflictException>();
            retry.Ignore<RejectedCommandException>();
            retry.Exponential(50, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        });
        queue.UseMessageRetry(retry =>
        {
            retry.Handle<OperationConflictException>();
            retry.Immediate(10);
        });
    }
}
