using Embedded.Functions.Hosting;
using Embedded.Functions.Tests.Running;

namespace Embedded.Functions.Tests.Discovery;

public sealed class StartProblemsTests
{
    private static readonly Dictionary<string, string?> Settings = new() { ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true" };

    [Theory]
    [InlineData(typeof(BrokenFunctions.NoTrigger), "'NoTrigger'", "no parameter has a trigger attribute")]
    [InlineData(typeof(BrokenFunctions.TwoTriggers), "'TwoTriggers'", "more than one parameter")]
    [InlineData(typeof(BrokenFunctions.UnknownTrigger), "'UnknownTrigger'", "QueueTriggerAttribute")]
    [InlineData(typeof(BrokenFunctions.Twice), "'Twice'", "names are unique")]
    [InlineData(typeof(BrokenFunctions.BadName), "'bad name'", "the name must be")]
    [InlineData(typeof(BrokenFunctions.AsyncVoid), "'AsyncVoid'", "async void")]
    [InlineData(typeof(BrokenFunctions.NotPublic), "'NotPublic'", "must be public")]
    [InlineData(typeof(BrokenFunctions.NothingFills), "'NothingFills'", "nothing fills parameter 'other'")]
    [InlineData(typeof(BrokenFunctions.WrongHttpType), "'WrongHttpType'", "binds HttpRequestData, not String")]
    [InlineData(typeof(BrokenFunctions.BadRoute), "'BadRoute'", "a/{b")]
    [InlineData(typeof(BrokenFunctions.BadConstraint), "'BadConstraint'", "unknown constraint 'prime'")]
    [InlineData(typeof(BrokenFunctions.SameRoute), "'SameRouteTwo'", "'SameRouteOne'")]
    [InlineData(typeof(BrokenFunctions.BadCron), "'BadCron'", "0 0 25 * * *")]
    [InlineData(typeof(BrokenFunctions.MissingSetting), "'MissingSetting'", "'No:Such'")]
    public void Build_with_a_broken_function_names_it_and_says_why(Type functions, string name, string why)
    {
        var refusal = Assert.Throws<HostStartException>(() => TestApp.Builder(Settings, functions).Build());

        Assert.All(refusal.Problems, problem =>
        {
            Assert.Contains(name, problem, StringComparison.Ordinal);
            Assert.Contains(why, problem, StringComparison.Ordinal);
        });
        Assert.NotEmpty(refusal.Problems);
    }

    [Fact]
    public void Build_tells_all_problems_at_once()
    {
        var settings = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage__accountName"] = "identity",
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = "9",
            ["AzureFunctionsJobHost__version"] = "1.0",
        };

        var refusal = Assert.Throws<HostStartException>(
            () => TestApp.Builder(settings, typeof(BrokenFunctions.NoTrigger), typeof(BrokenFunctions.BadCron)).Build());

        Assert.Equal(5, refusal.Problems.Count);
        Assert.All(refusal.Problems, problem => Assert.Contains(problem, refusal.Message, StringComparison.Ordinal));
    }
}
