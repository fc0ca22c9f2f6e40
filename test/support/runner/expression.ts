/** Expressions of actions and workflows, evaluated by GitHub's own engine. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { isBasicExpression } from '@actions/workflow-parser';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';

/** Nested objects of texts: `{ inputs: { name: 'x' } }`. */
export interface Context {
  readonly [name: string]: string | boolean | Context;
}

/** The value of a scalar as the runner would hand it on, as text. */
export function evaluated(token: TemplateToken, context: Context): string {
  if (!isBasicExpression(token)) return String(token);
  return valueOf(token.expression, context).coerceString();
}

/** Whether a condition holds; `success()` and `always()` are true here. */
export function holds(expression: string, context: Context): boolean {
  return !['false', '', '0'].includes(valueOf(expression, context).coerceString());
}

const STATUS = ['success', 'always', 'failure', 'cancelled'].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: 0,
  call: () => new data.BooleanData(name === 'success' || name === 'always'),
}));

function valueOf(expression: string, context: Context): data.ExpressionData {
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(context), STATUS).parse();
  return new Evaluator(tree, dictionary(context), new Map(STATUS.map((one) => [one.name, one]))).evaluate();
}

function dictionary(context: Context): data.Dictionary {
  const pairs = Object.entries(context).map(([key, value]) => ({ key, value: dataOf(value) }));
  return new data.Dictionary(...pairs);
}

function dataOf(value: Context[string]): data.ExpressionData {
  if (typeof value === 'object') return dictionary(value);
  return typeof value === 'boolean' ? new data.BooleanData(value) : new data.StringData(value);
}
