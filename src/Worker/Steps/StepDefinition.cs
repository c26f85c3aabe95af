using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// All that has to be said about a step beside its work. Its queue's consumers, what its dead letters are about, the name of its
/// message in the outbox and the answer to a message that comes again follow from it.
/// </summary>
/// <param name="name">Its name, which is stored: it never changes.</param>
/// <param name="queue">Where its messages are sent.</param>
/// <param name="firstStep">The step that an error names when none has begun; one of <see cref="StepName"/>.</param>
/// <param name="retry">Whether what failed is tried again.</param>
internal abstract class StepDefinition(string name, StepQueue queue, string firstStep, StepRetry retry)
{
    /// <summary>Its name, which is stored: it never changes.</summary>
    public string Name { get; } = name;

    /// <summary>Where its messages are sent.</summary>
    public StepQueue Queue { get; } = queue;

    /// <summary>The step that an error names when none has begun; one of <see cref="StepName"/>.</summary>
    public string FirstStep { get; } = firstStep;

    /// <summary>Whether what failed is tried again.</summary>
    public StepRetry Retry { get; } = retry;

    /// <summary>The type of the message that asks for the work.</summary>
    public abstract Type CommandType { get; }

    /// <summary>The type of what the work gives.</summary>
    public abstract Type ResultType { get; }

    /// <summary>Adds the step to a process's services.</summary>
    /// <param name="services">The services.</param>
    public abstract void AddTo(IServiceCollection services);

    /// <summary>Adds its consumer to the bus.</summary>
    /// <param name="bus">The bus.</param>
    public abstract void AddTo(IBusRegistrationConfigurator bus);

    /// <summary>Adds its consumer to its queue.</summary>
    /// <param name="context">Makes it.</param>
    /// <param name="queue">The queue.</param>
    public abstract void AddTo(IBusRegistrationContext context, IReceiveEndpointConfigurator queue);
}
