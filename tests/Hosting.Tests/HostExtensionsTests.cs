using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace WazoPlugind.Hosting.Tests;

public sealed class HostExtensionsTests
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    [Fact]
    public async Task A_host_that_is_stopped_while_it_starts_ends_well() =>
        await Build(new Service(stop => Never.WaitAsync(stop), () => Task.CompletedTask)).RunUntilStoppedAsync();

    [Fact]
    public async Task A_host_that_does_not_stop_ends_in_an_error() =>
        await Assert.ThrowsAsync<TimeoutException>(() => Build(new Service(_ => Task.CompletedTask, () => Never)).RunUntilStoppedAsync());

    [Fact]
    public async Task A_host_that_does_not_start_ends_in_its_error() =>
        await Assert.ThrowsAsync<InvalidDataException>(
            () => Build(new Service(_ => throw new InvalidDataException(), () => Task.CompletedTask)).RunUntilStoppedAsync());

    private static IHost Build(Service service)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
        builder.Services.AddHostedService(provider =>
        {
            service.Lifetime = provider.GetRequiredService<IHostApplicationLifetime>();
            return service;
        });
        return builder.Build();
    }

    /// <summary>Has the host stopped while it starts.</summary>
    private sealed class Service(Func<CancellationToken, Task> start, Func<Task> stop) : IHostedService
    {
        public IHostApplicationLifetime Lifetime { get; set; } = null!;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Lifetime.StopApplication();
            return start(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => stop();
    }
}
