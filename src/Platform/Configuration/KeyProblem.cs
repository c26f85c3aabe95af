using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace WazoPlugind.Platform.Configuration;

/// <summary>A key of the configuration whose value does not do.</summary>
/// <param name="Key">The key, with those that it is in: <c>bus.port</c>.</param>
/// <param name="Text">What is wrong.</param>
internal sealed record KeyProblem(string Key, string Text)
{
    /// <summary>What a rule says of a property that breaks it.</summary>
    /// <param name="name">The property, with those that it is in.</param>
    /// <param name="expected">What the rule expects.</param>
    public static string Failure(string name, string expected) => $"{name}: expected {expected}";

    /// <summary>What an object says of one of its own properties.</summary>
    /// <param name="context">The object's validation.</param>
    /// <param name="property">The property.</param>
    /// <param name="expected">What is expected.</param>
    public static ValidationResult Of(ValidationContext context, string property, string expected) =>
        // The framework names the method that asks, in place of a property.
        new(Failure($"{context.DisplayName[..context.DisplayName.LastIndexOf('.')]}.{property}", expected), [property]);

    /// <summary>Reads what the framework makes of a failure: the property, then the rule's text.</summary>
    /// <param name="failure">For example <c>Port: configuration.Bus.Port: expected 1 to 65535</c>.</param>
    public static KeyProblem Parse(string failure)
    {
        var parts = failure.Split(": ", 3);
        return new KeyProblem(string.Join('.', parts[1].Split('.').Skip(1).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)), parts[2]);
    }
}
