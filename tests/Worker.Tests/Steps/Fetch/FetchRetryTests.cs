using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Fetch;

namespace WazoPlugind.Worker.Tests.Steps.Fetch;

public sealed class FetchRetryTests
{
    private static readonly OperationError Error = new("an-error", "An error", JsonSerializer.SerializeToElement(new { }));

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 3.0)]
    [InlineData(4, 30.0)]
    [InlineData(5, null)]
    public void A_fault_is_tried_again_with_growing_pauses(int tries, double? seconds) =>
        Assert.Equal(seconds, BuildRetry.PauseAfter(new TransientStepException(Error, "a fault"), tries)?.TotalSeconds);

    [Fact]
    public void A_timeout_is_tried_once_more()
    {
        var timeout = new TransientStepException(Error, "a timeout") { TimedOut = true };

        Assert.NotNull(BuildRetry.PauseAfter(timeout, tries: 0));
        Assert.Null(BuildRetry.PauseAfter(timeout, tries: 1));
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(7, 7.0)]
    [InlineData(100000, null)]
    public void A_server_says_when_to_come_again(int retryAfter, double? seconds)
    {
        var busy = new TransientStepException(Error, "busy") { RetryAfter = TimeSpan.FromSeconds(retryAfter) };

        Assert.Equal(seconds, BuildRetry.PauseAfter(busy, tries: 0)?.TotalSeconds);
    }

    [Fact]
    public async Task A_fetch_that_may_not_be_tried_yet_lets_others_by()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var time = new FakeTimeProvider();
        List<string> worked = [];
        TaskCompletionSource all = new();
        var bus = Bus.Factory.CreateUsingInMemory(memory => memory.ReceiveEndpoint("pauses", queue =>
        {
            // Whatever waits here holds up everything else.
            queue.ConcurrentMessageLimit = 1;
            queue.UseFilter(new FetchPauses("pauses", lifetime, time));
            queue.Handler<FetchPlugin>(context =>
            {
                worked.Add(context.Message.Method);
                if (worked.Count == 2)
                    all.SetResult();
                return Task.CompletedTask;
            });
        }));
        await bus.StartAsync();
        try
        {
            var queue = await bus.GetSendEndpoint(new Uri("exchange:pauses"));
            await queue.Send(Fetch("later") with { NotBefore = time.GetUtcNow().AddDays(1) });
            await queue.Send(Fetch("now"));
            const int rounds = 3000;
            for (var round = 0; !all.Task.IsCompleted; round++)
            {
                Assert.True(round < rounds, $"worked on: {string.Join(", ", worked)}");
                time.Advance(worked.Count == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromDays(1));
                await Task.WhenAny(all.Task, Task.Delay(10));
            }
        }
        finally
        {
            await bus.StopAsync();
        }

        Assert.Equal(["now", "later"], worked);

        static FetchPlugin Fetch(string method) => new() { Uuid = Guid.NewGuid(), Method = method, Options = new InstallOptions() };
    }
}
