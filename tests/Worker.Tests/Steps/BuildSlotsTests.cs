using MassTransit;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Messages;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class BuildSlotsTests : ISendObserver
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _givenBack = new();
    private int _sent;

    [Fact]
    public async Task A_message_that_finds_no_place_goes_back_to_its_queue_and_is_worked_on_once()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        using var places = new SemaphoreSlim(1);
        await places.WaitAsync();
        TaskCompletionSource<RemovePackage> worked = new();
        var bus = Bus.Factory.CreateUsingInMemory(memory => memory.ReceiveEndpoint("places", queue =>
        {
            queue.UseFilter(new BuildSlots(places, "places", areKept: true, lifetime, TimeProvider.System) { Patience = TimeSpan.FromMilliseconds(20) });
            queue.Handler<RemovePackage>(context =>
            {
                worked.SetResult(context.Message);
                return Task.CompletedTask;
            });
        }));
        bus.ConnectSendObserver(this);
        await bus.StartAsync();
        try
        {
            var message = new RemovePackage { Uuid = Guid.NewGuid(), Namespace = "a", Name = "b" };
            await (await bus.GetSendEndpoint(new Uri("exchange:places"))).Send(message);
            await _givenBack.Task.WaitAsync(Limit);
            Assert.False(worked.Task.IsCompleted);
            places.Release();

            Assert.Equal(message, await worked.Task.WaitAsync(Limit));
        }
        finally
        {
            await bus.StopAsync();
        }

        Assert.Equal(1, places.CurrentCount);
    }

    Task ISendObserver.PostSend<T>(SendContext<T> context)
    {
        if (++_sent == 2)
            _givenBack.SetResult();
        return Task.CompletedTask;
    }

    Task ISendObserver.PreSend<T>(SendContext<T> context) => Task.CompletedTask;

    Task ISendObserver.SendFault<T>(SendContext<T> context, Exception exception) => Task.CompletedTask;
}
