using System.ComponentModel.DataAnnotations;

namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A rule that a text of the configuration satisfies, or each of a list of texts; none at all satisfies every rule.</summary>
/// <param name="expected">What is expected, as the administrator reads it.</param>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class RuleAttribute(string expected) : ValidationAttribute
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value switch
    {
        string text => Accepts(text),
        IEnumerable<string> texts => texts.All(Accepts),
        _ => true,
    };

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => KeyProblem.Failure(name, expected);

    /// <summary>Whether a text satisfies the rule.</summary>
    /// <param name="text">The text.</param>
    protected abstract bool Accepts(string text);
}
