using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Fetch;
using WazoPlugind.Worker.Steps.Install;
using WazoPlugind.Worker.Steps.Remove;
using WazoPlugind.Worker.Steps.Updates;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepRegistryTests
{
    [Theory]
    [InlineData("fetch", typeof(FetchPlugin), typeof(PluginFetched), Queues.Fetch, "downloading")]
    [InlineData("find-updates", typeof(FindUpdates), typeof(UpdatesFound), Queues.Fetch, "downloading")]
    [InlineData("build", typeof(BuildPlugin), typeof(PluginBuilt), Queues.Build, "building")]
    [InlineData("install", typeof(InstallPackage), typeof(PackageInstalled), Queues.Install, "installing")]
    [InlineData("remove", typeof(RemovePackage), typeof(PackageRemoved), Queues.Install, "removing")]
    public void A_step_is_found_by_what_is_stored_and_sent_of_it(string name, Type command, Type result, string queue, string firstStep)
    {
        var step = Assert.Single(StepRegistry.All, step => step.Name == name);

        Assert.Equal((command, result, queue, firstStep), (step.CommandType, step.ResultType, step.Queue.Name, step.FirstStep));
        Assert.Same(step, Assert.Single(StepRegistry.All, other => other.CommandType == command));
        Assert.Same(step, StepRegistry.FindByMessage(command.Name));
    }

    [Fact]
    public void What_is_no_step_is_not_found()
    {
        Assert.DoesNotContain(StepRegistry.All, step => step.Name == "InstallPluginCommand");
        Assert.DoesNotContain(StepRegistry.All, step => step.CommandType == typeof(string));
        Assert.Null(StepRegistry.FindByMessage("InstallPluginCommand"));
    }

    [Theory]
    [InlineData(0, 6, "build", "plugind-fetch plugind-build")]
    [InlineData(3, 0, "build", "plugind-fetch plugind-build")]
    [InlineData(0, 0, "install", "plugind-install")]
    [InlineData(0, 0, "orchestrate", "")]
    [InlineData(0, 0, "build install", "plugind-fetch plugind-build plugind-install")]
    public void Queues_are_those_of_the_roles(int buildConcurrency, int perProcessor, string roles, string queues)
    {
        var configuration = new PlugindConfiguration { Worker = new WorkerConfiguration { BuildConcurrency = buildConcurrency } };

        var endpoints = StepEndpoints.Of(configuration, roles.Split(' '));

        Assert.Equal(queues.Split(' ', StringSplitOptions.RemoveEmptyEntries), endpoints.Select(endpoint => endpoint.Queue));
        if (roles == "build")
            Assert.All(endpoints, endpoint => Assert.Equal(buildConcurrency + (perProcessor * Environment.ProcessorCount), endpoint.Concurrency));
    }
}
